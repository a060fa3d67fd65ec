package access

import "context"

type contextKey struct{}

// With returns a context in which a acts. Use cases ask From, so that nobody has to hand the actor down.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, contextKey{}, a)
}

// From returns who acts in a context: nobody who has signed in, unless With said so.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(contextKey{}).(Actor)
	return a
}

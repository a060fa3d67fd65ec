package web_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/web"
)

// provider is an OpenID Connect provider: discovery, keys, codes that only the holder of the verifier can use, signed tokens.
type provider struct {
	*httptest.Server
	key    *rsa.PrivateKey
	claims map[string]any            // of the next token, over the usual ones
	codes  map[string]url.Values     // what was asked for
	forge  func(token string) string // changes the next token
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{key: key, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		asked, ok := p.codes[r.FormValue("code")]
		delete(p.codes, r.FormValue("code"))
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		_, secret, _ := r.BasicAuth()
		if !ok || asked.Get("code_challenge_method") != "S256" || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) ||
			secret != "s3cret" || r.FormValue("redirect_uri") != asked.Get("redirect_uri") {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.token(t, asked.Get("nonce"))})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) token(t *testing.T, nonce string) string {
	t.Helper()
	claims := map[string]any{"iss": p.URL, "sub": "42", "aud": "chiso", "nonce": nonce, "exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix()}
	maps.Copy(claims, p.claims)
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + base64.RawURLEncoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(signed))
	sig, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	token := signed + "." + base64.RawURLEncoding.EncodeToString(sig)
	if p.forge != nil {
		return p.forge(token)
	}
	return token
}

// consent is the person at the provider: it turns where we lead into where the provider leads back.
func (p *provider) consent(t *testing.T, location string) url.Values {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil || !strings.HasPrefix(location, p.URL+"/auth?") {
		t.Fatalf("led to %q", location)
	}
	q := u.Query()
	if q.Get("client_id") != "chiso" || q.Get("redirect_uri") != "http://localhost:8080/signin/sso/callback" || q.Get("response_type") != "code" || len(q.Get("state")) < 20 || len(q.Get("nonce")) < 20 {
		t.Errorf("asked with %v", q)
	}
	code := "code-" + q.Get("state")
	p.codes[code] = q
	return url.Values{"code": {code}, "state": {q.Get("state")}}
}

func TestSSO(t *testing.T) {
	p := newProvider(t)
	h := newHouse(t, func(c *web.Config) {
		c.SSO = web.SSO{Issuer: p.URL, ClientID: "chiso", Secret: "s3cret", Claim: "email", Title: "Đăng nhập VNeID"}
	})
	ctx := access.With(t.Context(), access.Machine("cli"))
	h.person("an@bo.gov.vn", "Nguyễn Văn An")
	h.person("binh@bo.gov.vn", "Trần Thị Bình")
	h.page(h.ask("GET", "/signin"), 200, "Đăng nhập VNeID")
	start := func() url.Values {
		w := h.ask("GET", "/signin/sso?next=/account")
		if w.Code != 303 {
			t.Fatal(w.Code, w.Body)
		}
		return p.consent(t, w.Header().Get("Location"))
	}
	back := func(v url.Values) *httptest.ResponseRecorder { return h.ask("GET", "/signin/sso/callback?"+v.Encode()) }
	usual := map[string]any{"email": "An@bo.gov.vn", "email_verified": true}

	// A claim with the name of an account opens nothing: the provider's people choose their names themselves.
	p.claims = usual
	if w := back(start()); w.Code != 403 || !strings.Contains(w.Body.String(), "đường dẫn") {
		t.Errorf("a claim alone: %d", w.Code)
	}
	// A link of the administrator binds the account, once, and from this site only.
	an, err := h.app.PersonNamed(ctx, "an@bo.gov.vn")
	if err != nil {
		t.Fatal(err)
	}
	secret, err := h.app.NewLink(ctx, an.ID)
	if err != nil {
		t.Fatal(err)
	}
	if w := h.ask("GET", "/link/"+secret); !strings.Contains(w.Body.String(), `href="/signin/sso?link=`+secret) {
		t.Errorf("the link offers no binding: %d %s", w.Code, w.Body)
	}
	r := httptest.NewRequest(http.MethodGet, "/signin/sso?link="+secret, nil)
	r.Host = "localhost:8080"
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if w := do(h.server, r); w.Code != 403 {
		t.Errorf("led to bind by another site: %d", w.Code)
	}
	w := h.ask(http.MethodGet, "/signin/sso?link="+secret)
	h.led(back(p.consent(t, w.Header().Get("Location"))), "/")
	h.page(h.ask("GET", "/account"), 200, "Nguyễn Văn An")
	// Being led to the provider, by whomever, ends nothing here.
	start()
	h.page(h.ask("GET", "/account"), 200, "Nguyễn Văn An")
	if w := h.ask("GET", "/link/"+secret); w.Code != 404 {
		t.Errorf("the link is not used up: %d", w.Code)
	}
	binh, err := h.app.PersonNamed(ctx, "binh@bo.gov.vn")
	if err != nil {
		t.Fatal(err)
	}
	if secret, err = h.app.NewLink(ctx, binh.ID); err != nil {
		t.Fatal(err)
	}
	w = h.ask(http.MethodGet, "/signin/sso?link="+secret)
	if w := back(p.consent(t, w.Header().Get("Location"))); w.Code != 409 {
		t.Errorf("one person of the provider with two accounts: %d", w.Code)
	}
	h.led(h.ask("POST", "/signout"), "/signin")

	// From now on the subject counts: the claim may change, and nobody else gets in by the same claim.
	p.claims = map[string]any{"email": "khac@bo.gov.vn"}
	h.led(back(start()), "/account")
	h.led(h.ask("POST", "/signout"), "/signin")
	for name, tt := range map[string]struct {
		claims map[string]any
		change func(url.Values)
		forge  func(string) string
		status int
	}{
		"another's address":       {claims: map[string]any{"sub": "43", "email": "an@bo.gov.vn", "email_verified": true}, status: 403},
		"no account":              {claims: map[string]any{"sub": "44", "email": "la@bo.gov.vn", "email_verified": true}, status: 403},
		"unchecked address":       {claims: map[string]any{"sub": "45", "email": "binh@bo.gov.vn"}, status: 403},
		"wrong state":             {claims: usual, change: func(v url.Values) { v.Set("state", "x") }, status: 422},
		"no state":                {claims: usual, change: func(v url.Values) { v.Del("state") }, status: 422},
		"refused at the provider": {claims: usual, change: func(v url.Values) { v.Del("code"); v.Set("error", "access_denied") }, status: 422},
		"an invented code":        {claims: usual, change: func(v url.Values) { v.Set("code", "x") }, status: 422},
		"another's nonce":         {claims: map[string]any{"nonce": "x"}, status: 422},
		"for another client":      {claims: map[string]any{"aud": "other"}, status: 422},
		"another issuer":          {claims: map[string]any{"iss": "https://evil.example"}, status: 422},
		"expired":                 {claims: map[string]any{"exp": time.Now().Add(-time.Hour).Unix()}, status: 422},
		"a broken signature":      {claims: usual, forge: func(s string) string { return s[:len(s)-8] + "AAAAAAAA" }, status: 422},
		"no signature": {claims: usual, forge: func(s string) string {
			return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + strings.Split(s, ".")[1] + "."
		}, status: 422},
	} {
		p.claims, p.forge = tt.claims, tt.forge
		v := start()
		if tt.change != nil {
			tt.change(v)
		}
		if w := back(v); w.Code != tt.status {
			t.Errorf("%s: %d, want %d", name, w.Code, tt.status)
		}
		h.led(h.ask("GET", "/account"), "/signin?next=%2Faccount") // nobody was signed in
	}
	p.claims, p.forge = usual, nil
	// What came back once does not come back twice, nor to another browser.
	v := start()
	h.led(back(v), "/account")
	if w := back(v); w.Code != 422 {
		t.Errorf("twice: %d", w.Code)
	}
	v = start()
	delete(h.jar, "chiso-sso")
	if w := back(v); w.Code != 422 {
		t.Errorf("another browser: %d", w.Code)
	}
	// A locked account stays out; a provider that is gone leaves the password.
	if err := h.app.Disable(ctx, an.ID, true); err != nil {
		t.Fatal(err)
	}
	if w := back(start()); w.Code != 403 {
		t.Errorf("locked: %d", w.Code)
	}
	p.Close()
	h.signIn("binh@bo.gov.vn")
}

func TestSSO_unreachable(t *testing.T) {
	h := newHouse(t, func(c *web.Config) { c.SSO = web.SSO{Issuer: "http://127.0.0.1:1", ClientID: "chiso"} })
	h.page(h.ask("GET", "/signin/sso"), 503, "Hãy đăng nhập bằng mật khẩu")
}

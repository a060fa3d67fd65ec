// Package app is the use cases of Chiso over one store. Its rooms hold them: ledger, figures, account, receive, catalogue, reporting, tasks
// and publish. This package builds the rooms, runs their jobs, and holds what concerns them all: checks, backups, codes on paper and the first
// start. Each use case opens one store.Read or one store.Write; what it returns is ready to print. It knows no HTTP and no SQL.
package app

import (
	"log/slog"
	"time"

	"chiso/internal/access"
	"chiso/internal/app/account"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/chase"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/notices"
	"chiso/internal/app/publish"
	"chiso/internal/app/receive"
	"chiso/internal/app/reporting"
	"chiso/internal/app/tasks"
	"chiso/internal/intake"
	"chiso/internal/mail"
	"chiso/internal/store"
	"chiso/seed"
)

// Config is what the use cases need from outside.
type Config struct {
	Store   *store.Store
	Clock   func() time.Time
	Log     *slog.Logger
	Limits  intake.Limits // of uploaded files; zero fields take the defaults
	Version string        // of the program, for reports
	Mail    *mail.Sender  // nil keeps messages and shows them in the app
	URL     string        // where people open the pages, for links in mail; "" sends none
	Backups BackupPlan    // that are made by themselves

	FilesADay int // that one account may send; 0 takes 300

	SecretKeys   []string      // that close secrets of the second factor, 32 bytes in base64, the newest first; none leaves them open
	SecondFactor []access.Role // whose holders must have a second factor
}

// The rooms, by the names under which the App embeds them.
type (
	figuresRoom   = figures.Room
	accountRoom   = account.Room
	receiveRoom   = receive.Room
	catalogueRoom = catalogue.Room
	reportingRoom = reporting.Room
	tasksRoom     = tasks.Room
	publishRoom   = publish.Room
	noticesRoom   = notices.Room
	chaseRoom     = chase.Room
)

// App is all rooms over one store. It is safe for concurrent use.
type App struct {
	*ledger.Ledger
	*figuresRoom
	*accountRoom
	*receiveRoom
	*catalogueRoom
	*reportingRoom
	*tasksRoom
	*publishRoom
	*noticesRoom
	*chaseRoom

	backups BackupPlan
}

// New builds the rooms and joins what they ask of each other.
func New(c Config) (*App, error) {
	l, err := ledger.New(
		ledger.Config{
			Store:     c.Store,
			Clock:     c.Clock,
			Log:       c.Log,
			Limits:    c.Limits,
			Version:   c.Version,
			Mail:      c.Mail,
			URL:       c.URL,
			FilesADay: c.FilesADay,
		},
	)
	if err != nil {
		return nil, err
	}
	refs, err := catalogue.LoadReferences(seed.Files)
	if err != nil {
		return nil, err
	}
	people, err := account.New(
		l,
		account.Config{SecretKeys: c.SecretKeys, SecondFactor: c.SecondFactor, HandOvers: []account.HandOver{reporting.HandOverChains}},
	)
	if err != nil {
		return nil, err
	}
	shown := figures.New(l, refs)
	files := receive.New(l, shown)
	told := notices.New(l)
	rounds := reporting.New(l, shown, files, people, told)
	register := tasks.New(l, shown, files)
	shown.Reports, shown.Register, people.Owners = rounds, register, told
	return &App{
		Ledger:        l,
		figuresRoom:   shown,
		accountRoom:   people,
		receiveRoom:   files,
		catalogueRoom: catalogue.New(l, shown, files),
		reportingRoom: rounds,
		tasksRoom:     register,
		publishRoom:   publish.New(l, shown, rounds, register, told),
		noticesRoom:   told,
		chaseRoom:     chase.New(l, rounds, told),
		backups:       c.Backups,
	}, nil
}

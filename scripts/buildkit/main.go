// Prints what BuildKit's own parser makes of Dockerfiles, one JSON object a line.
//
// Full answers, for the comparison in ../compareWithBuildKit.ts; each line of the input is {"id":…,"text":…}:
//
//	cd scripts/buildkit && go run . < TEXTS
//
// The results of the files NAME.Dockerfile of a folder, in the short form that the tests over the corpus read; the tags
// allow what only the labs channel of docker/dockerfile knows:
//
//	cd scripts/buildkit
//	go run -tags dfparents,dfrunsecurity . -record ../../test/fixtures/corpus > ../../test/fixtures/corpus/buildkit-results.jsonl
//
// Line numbers are one-based, as BuildKit prints them.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// answer is all that BuildKit says about a text. Either parseError or instructions are there.
type answer struct {
	ID               string        `json:"id"`
	Escape           string        `json:"escape,omitempty"`
	Instructions     []instruction `json:"instructions,omitempty"`
	ParseError       *failure      `json:"parseError,omitempty"`
	InstructionError *failure      `json:"instructionError,omitempty"`
}

type instruction struct {
	Keyword  string       `json:"keyword"`
	Start    int          `json:"start"`
	End      int          `json:"end"`
	Flags    []string     `json:"flags,omitempty"`
	JSON     bool         `json:"json,omitempty"`
	Args     []string     `json:"args"`
	Heredocs []heredoc    `json:"heredocs,omitempty"`
	Sub      *instruction `json:"sub,omitempty"`
}

type heredoc struct {
	Name           string `json:"name"`
	Expand         bool   `json:"expand"`
	StripTabs      bool   `json:"stripTabs"`
	FileDescriptor uint   `json:"fd"`
	// As the build uses it: without leading tabs where <<- takes them away.
	Content string `json:"content"`
}

// failure is printed as [message, line]; the line is 0 where BuildKit names none.
type failure struct {
	message string
	line    int
}

func (f failure) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{f.message, f.line})
}

func main() {
	folder := flag.String("record", "", "print the results of the Dockerfiles in `FOLDER`")
	flag.Parse()
	output := bufio.NewWriter(os.Stdout)
	err := run(*folder, os.Stdin, output)
	if err == nil {
		err = output.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(folder string, input io.Reader, output io.Writer) error {
	encoder := json.NewEncoder(output)
	encoder.SetEscapeHTML(false)
	if folder != "" {
		return record(folder, encoder)
	}
	decoder := json.NewDecoder(input)
	for {
		var in struct{ ID, Text string }
		if err := decoder.Decode(&in); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := encoder.Encode(ask(in.ID, []byte(in.Text))); err != nil {
			return err
		}
	}
}

// record prints the short form: [keyword, first line, last line, {json, flags, heredocs, sub}] for each instruction.
func record(folder string, encoder *json.Encoder) error {
	paths, err := filepath.Glob(filepath.Join(folder, "*.Dockerfile"))
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return fmt.Errorf("%s holds no file *.Dockerfile", folder)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := encoder.Encode(shorten(ask(strings.TrimSuffix(filepath.Base(path), ".Dockerfile"), text))); err != nil {
			return err
		}
	}
	return nil
}

type shortAnswer struct {
	ID               string   `json:"id"`
	Escape           string   `json:"escape,omitempty"`
	Instructions     [][]any  `json:"instructions,omitempty"`
	ParseError       *failure `json:"parseError,omitempty"`
	InstructionError *failure `json:"instructionError,omitempty"`
}

type details struct {
	JSON     int      `json:"json,omitempty"`
	Flags    []string `json:"flags,omitempty"`
	Heredocs []string `json:"heredocs,omitempty"`
	Sub      string   `json:"sub,omitempty"`
}

func shorten(full answer) shortAnswer {
	short := shortAnswer{ID: full.ID, ParseError: full.ParseError, InstructionError: full.InstructionError}
	if full.Escape != string(parser.DefaultEscapeToken) {
		short.Escape = full.Escape
	}
	for _, one := range full.Instructions {
		entry := []any{one.Keyword, one.Start, one.End}
		if more := detailsOf(one); more != nil {
			entry = append(entry, more)
		}
		short.Instructions = append(short.Instructions, entry)
	}
	return short
}

// detailsOf gives nil where there is nothing to tell. Flags and exec form of ONBUILD are those of the instruction inside.
func detailsOf(outer instruction) *details {
	inner := outer
	sub := ""
	if outer.Sub != nil {
		inner = *outer.Sub
		sub = inner.Keyword
	}
	more := details{Flags: inner.Flags, Sub: sub}
	if inner.JSON {
		more.JSON = 1
	}
	for _, one := range outer.Heredocs {
		more.Heredocs = append(more.Heredocs, one.Name)
	}
	if more.JSON == 0 && len(more.Flags) == 0 && len(more.Heredocs) == 0 && more.Sub == "" {
		return nil
	}
	return &more
}

func ask(id string, text []byte) answer {
	result, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return answer{ID: id, ParseError: failureOf(err)}
	}
	given := answer{ID: id, Escape: string(result.EscapeToken)}
	for _, node := range result.AST.Children {
		given.Instructions = append(given.Instructions, instructionOf(node))
	}
	if _, _, err := instructions.Parse(result.AST, &linter.Linter{}); err != nil {
		given.InstructionError = failureOf(err)
	}
	return given
}

func instructionOf(node *parser.Node) instruction {
	given := instruction{
		Keyword: node.Value,
		Start:   node.StartLine,
		End:     node.EndLine,
		Flags:   node.Flags,
		JSON:    node.Attributes["json"],
		Args:    []string{},
	}
	for argument := node.Next; argument != nil; argument = argument.Next {
		given.Args = append(given.Args, argument.Value)
		if len(argument.Children) > 0 {
			sub := instructionOf(argument.Children[0])
			given.Sub = &sub
		}
	}
	for _, one := range node.Heredocs {
		content := one.Content
		if one.Chomp {
			content = parser.ChompHeredocContent(content)
		}
		given.Heredocs = append(given.Heredocs, heredoc{
			Name:           one.Name,
			Expand:         one.Expand,
			StripTabs:      one.Chomp,
			FileDescriptor: one.FileDescriptor,
			Content:        content,
		})
	}
	return given
}

func failureOf(err error) *failure {
	found := failure{message: err.Error()}
	var located *parser.LocationError
	if errors.As(err, &located) && len(located.Locations) > 0 && len(located.Locations[0]) > 0 {
		found.line = located.Locations[0][0].Start.Line
	}
	return &found
}

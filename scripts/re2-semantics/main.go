// Says what Go's regexp package finds: the truth that test/core/scan/re2/translate.test.ts holds our translation against.
// Reads cases {re, texts} as JSON lines from stdin, writes them with what was found. Run after changing cases.jsonl:
//
//	go run scripts/re2-semantics/main.go < test/core/scan/re2/cases.jsonl > test/core/scan/re2/expected.jsonl
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"regexp"
)

type testCase struct {
	Re    string    `json:"re"`
	Texts []string  `json:"texts"`
	Error bool      `json:"error,omitempty"`
	Found [][][]int `json:"found,omitempty"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<26)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		var c testCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			panic(err)
		}
		re, err := regexp.Compile(c.Re)
		c.Error = err != nil
		for _, text := range c.Texts {
			if err != nil {
				break
			}
			found := re.FindAllSubmatchIndex([]byte(text), -1)
			if found == nil {
				found = [][]int{}
			}
			c.Found = append(c.Found, found)
		}
		if err := out.Encode(c); err != nil {
			panic(err)
		}
	}
}

// cel-eval evaluates CEL expressions on objects, with the implementation that Kubernetes and Flux use.
// In: {"expressions": {NAME: EXPRESSION}, "objects": [OBJECT]}. Out: for each object {NAME: "true" | "false" | "error: ..."}.
// An object's fields are the variables, as in Flux's health checks; one that is not there is not defined.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/ext"
)

type question struct {
	Expressions map[string]string
	Objects     []map[string]any
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fail(err)
	}
	options := []cel.EnvOption{cel.OptionalTypes(), ext.Strings(), cel.DefaultUTCTimeZone(true)}
	for _, field := range []string{"apiVersion", "kind", "metadata", "spec", "status", "data"} {
		options = append(options, cel.Variable(field, cel.DynType))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		fail(err)
	}
	programs := map[string]cel.Program{}
	for name, text := range asked.Expressions {
		ast, issues := env.Compile(text)
		if issues != nil && issues.Err() != nil {
			fail(fmt.Errorf("%s: %w", name, issues.Err()))
		}
		if programs[name], err = env.Program(ast); err != nil {
			fail(err)
		}
	}
	answers := []map[string]string{}
	for _, object := range asked.Objects {
		answer := map[string]string{}
		for name, program := range programs {
			value, _, err := program.Eval(object)
			if err != nil {
				answer[name] = "error: " + err.Error()
			} else {
				answer[name] = fmt.Sprint(value.Value())
			}
		}
		answers = append(answers, answer)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "cel-eval:", err)
	os.Exit(1)
}

import type * as Tree from "unbash";

/** What a `case` looks at, and its patterns, as written. */
export function caseWords({ word, items }: Tree.Case): readonly string[] {
	return [word, ...items.flatMap(({ pattern }) => pattern)].map(({ text }) => text);
}

/** The words between `[[` and `]]` in the conditions of an `if`, which are no command, as written. */
export function testWords(node: Tree.If): readonly string[] {
	return [node, ...node.elif].flatMap(({ clause }) => clause.commands).flatMap(({ command }) => wordsOfNode(command));
}

function wordsOfNode(node: Tree.PipelineNode | Tree.AndOr): readonly string[] {
	switch (node.type) {
		case "AndOr":
		case "Pipeline":
			return node.commands.flatMap(wordsOfNode);
		case "TestCommand":
			return wordsOfTest(node.expression);
		default:
			return [];
	}
}

function wordsOfTest(test: Tree.TestExpression): readonly string[] {
	switch (test.type) {
		case "TestUnary":
			return [test.operand.text];
		case "TestBinary":
			return [test.left.text, test.right.text];
		case "TestLogical":
			return test.operands.flatMap(wordsOfTest);
		case "TestNot":
			return wordsOfTest(test.operand);
		case "TestGroup":
			return wordsOfTest(test.expression);
	}
}

import type * as Tree from "unbash";
import type { SimpleCommand } from "./parts.ts";

/**
 * A node that is a simple command to us: one of the tree, or `[[ … ]]`, whose words between the brackets, and the second bracket, are
 * arguments as those of `[` are. Undefined for other nodes. `text` is the script.
 */
export function simpleCommand(node: Tree.PipelineNode | Tree.AndOr, text: string): SimpleCommand | undefined {
	if (node.type === "Command") return node;
	if (node.type === "TestCommand") return testCommand(node, text);
	return node.type === "Redirected" && node.command.type === "TestCommand" ? testCommand(node.command, text, node) : undefined;
}

function testCommand({ pos, end, expression }: Tree.TestCommand, text: string, redirected?: Tree.Redirected): SimpleCommand | undefined {
	// Nobody knows what belongs to a test without its end.
	if (end <= pos) return undefined;
	const suffix = [...testWords(expression, text), written("]]", end - 2), ...(redirected?.redirects ?? [])];
	return { pos, end: redirected?.end ?? end, prefix: [], name: written("[[", pos), suffix };
}

/** The words of a test in the order of the text: operands, operators and parentheses. */
function testWords(test: Tree.TestExpression, text: string): readonly Tree.Word[] {
	switch (test.type) {
		case "TestUnary":
			// `[[ $A ]]` has the operator `-n`, which is not written.
			return test.operand.pos === test.pos ? [test.operand] : [written(test.operator, test.pos), test.operand];
		case "TestBinary":
			return [test.left, operatorBetween(test.left, test.operator, test.right, text), test.right];
		case "TestLogical":
			return test.operands.flatMap((operand, index) => {
				const before = test.operands[index - 1];
				const words = testWords(operand, text);
				return before === undefined ? words : [operatorBetween(before, test.operator, operand, text), ...words];
			});
		case "TestNot":
			return [...test.negations.map((negation) => written("!", negation.pos)), ...testWords(test.operand, text)];
		case "TestGroup":
			return [written("(", test.pos), ...testWords(test.expression, text), ...(test.end > test.pos ? [written(")", test.end - 1)] : [])];
	}
}

/** The tree does not say where an operator stands. */
function operatorBetween(left: { readonly end: number }, operator: string, right: { readonly pos: number }, text: string): Tree.Word {
	const at = text.indexOf(operator, left.end);
	return written(operator, at === -1 || at > right.pos ? left.end : at);
}

function written(text: string, pos: number): Tree.Word {
	return { type: "Word", text, value: text, pos, end: pos + text.length };
}

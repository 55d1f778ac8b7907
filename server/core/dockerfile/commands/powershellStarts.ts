import { sourceOffset, sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";
import { powershellCommandAt } from "./powershellCommandLine.ts";
import { placeInFront } from "./powershellErrors.ts";
import { shellAt } from "./shell.ts";

/** A RUN that starts PowerShell itself, instead of having SHELL do it. */
export interface PowershellStart {
	/** The program, as it is called. */
	readonly program: Span;
	readonly name: "powershell" | "pwsh";
	/** What it runs; undefined for a file, and where nobody can tell where the script begins or ends. */
	readonly script: StartedScript | undefined;
}

interface StartedScript {
	/** As PowerShell sees it. */
	readonly text: string;
	/** Where another statement can stand in front of it in the file; undefined if none can. */
	readonly at: number | undefined;
	/** What stands around it in a shell that reads `$` in quotes itself. */
	readonly posixQuote: '"' | "'" | undefined;
}

const PROGRAM = /^@?(?:"[^"]*[\\/](?:powershell|pwsh)(?:\.exe)?"|(?:[^\s"'=;&|]*[\\/])?(?:powershell|pwsh)(?:\.exe)?)(?=\s|$)/i;

/** How a RUN starts PowerShell; undefined for one that does not, and where SHELL is PowerShell already. */
export const powershellStart = remembered((step: Step): PowershellStart | undefined => {
	if (step.keyword !== "RUN" || !/powershell|pwsh/i.test(step.arguments.text)) return undefined;
	if (step.exec !== undefined) return execStart(step);
	const { kind } = shellAt(step.stage, step);
	return kind === "cmd" || kind === "posix" ? shellStart(step, kind) : undefined;
});

function shellStart(step: Step, kind: "cmd" | "posix"): PowershellStart | undefined {
	const { arguments: mapped } = step;
	const { text } = mapped;
	const program = PROGRAM.exec(text)?.[0];
	if (program === undefined) return undefined;
	const words = [...text.matchAll(/\S+/g)].filter(({ index }) => index >= program.length);
	const name = nameOf(program);
	const first = powershellCommandAt(
		name,
		words.map(([word]) => word),
	);
	const begin = first === undefined ? undefined : words[first]?.index;
	const body = begin === undefined ? undefined : (kind === "cmd" ? cmdScript : posixScript)(text.slice(begin));
	return {
		program: sourceSpan(mapped, 0, program.length),
		name,
		script:
			begin === undefined || body === undefined
				? undefined
				: {
						text: body.text,
						at: body.at === undefined ? undefined : sourceOffset(mapped, begin + body.at),
						posixQuote: body.posixQuote,
					},
	};
}

function execStart({ exec, stage }: Step): PowershellStart | undefined {
	const [program, ...words] = exec?.elements ?? [];
	if (program === undefined || PROGRAM.exec(program.value)?.[0] !== program.value) return undefined;
	const values = words.map(({ value }) => value);
	const name = nameOf(program.value);
	const first = powershellCommandAt(name, values);
	const element = first === undefined ? undefined : words[first];
	if (element === undefined) return { program: program.span, name, script: undefined };
	const place = placeInFront(stage.file.text.slice(element.span.start + 1, element.span.end - 1));
	return {
		program: program.span,
		name,
		script: {
			text: values.slice(first).join(" "),
			at: place === undefined ? undefined : element.span.start + 1 + place,
			posixQuote: undefined,
		},
	};
}

function nameOf(program: string): PowershellStart["name"] {
	return /pwsh(?:\.exe)?"?$/i.test(program) ? "pwsh" : "powershell";
}

interface ScriptBody {
	readonly text: string;
	/** Where another statement can stand in front, in what was read. */
	readonly at: number | undefined;
	readonly posixQuote: '"' | "'" | undefined;
}

/** What cmd hands over: a text in double quotes, or the words up to the next command. */
function cmdScript(text: string): ScriptBody | undefined {
	if (text.startsWith("'")) return undefined;
	if (text.startsWith('"')) return quotedBody(text, /^"((?:\\.|""|[^"\\])*)"(?:\s*$|\s*[&|])/s, undefined);
	const plain = /^(?:"(?:\\.|[^"\\])*"|\\.|\^.|[^"\\^&|])*/s.exec(text)?.[0] ?? "";
	return { text: unescaped(plain.replace(/\^(.)/gs, "$1")), at: placeInFront(plain), posixQuote: undefined };
}

/** What a shell of Unix hands over, where it is one word in quotes. */
function posixScript(text: string): ScriptBody | undefined {
	return text.startsWith("'")
		? quotedBody(text, /^'([^']*)'(?:\s*$|\s*[&|;])/s, "'")
		: quotedBody(text, /^"((?:\\.|[^"\\])*)"(?:\s*$|\s*[&|;])/s, '"');
}

function quotedBody(text: string, form: RegExp, posixQuote: ScriptBody["posixQuote"]): ScriptBody | undefined {
	const inner = form.exec(text)?.[1];
	if (inner === undefined) return undefined;
	const place = placeInFront(inner);
	return { text: posixQuote === "'" ? inner : unescaped(inner), at: place === undefined ? undefined : 1 + place, posixQuote };
}

/** Without the backslashes in front of what would be read otherwise. */
function unescaped(text: string): string {
	return text.replace(/\\(?=["$`])/g, "");
}

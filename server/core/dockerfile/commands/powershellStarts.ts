import { sourceOffset, sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";
import { placeInFront } from "./powershellErrors.ts";
import { shellAt } from "./shell.ts";

/** A RUN that starts PowerShell itself, instead of having SHELL do it. */
export interface PowershellStart {
	/** The program, as it is called. */
	readonly program: Span;
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

/** Parameters of the program, which may be cut short. Source: about_PowerShell_exe and about_Pwsh. Read 2026-11. */
const SWITCHES = /^(?:nol(?:o|og|ogo)?|nop\w*|noni\w*|noe\w*|sta|mta)$/;
const WITH_VALUE = /^(?:ex\w*|ep|v|version|w|windowstyle|if|inputformat|of|outputformat|config\w*|wd|workingdirectory)$/;
const COMMAND = /^c(?:o|om|omm|omma|omman|ommand)?$/;

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
	const first = scriptIndex(
		program,
		words.map(([word]) => word),
	);
	const begin = first === undefined ? undefined : words[first]?.index;
	const body = begin === undefined ? undefined : (kind === "cmd" ? cmdScript : posixScript)(text.slice(begin));
	return {
		program: sourceSpan(mapped, 0, program.length),
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
	const first = scriptIndex(program.value, values);
	const element = first === undefined ? undefined : words[first];
	if (element === undefined) return { program: program.span, script: undefined };
	const place = placeInFront(stage.file.text.slice(element.span.start + 1, element.span.end - 1));
	return {
		program: program.span,
		script: {
			text: values.slice(first).join(" "),
			at: place === undefined ? undefined : element.span.start + 1 + place,
			posixQuote: undefined,
		},
	};
}

/** The word with which the script begins, among those behind the program; undefined for a file or a text that nobody can read. */
function scriptIndex(program: string, words: readonly string[]): number | undefined {
	for (let index = 0; index < words.length; index++) {
		const name = /^[-/]([a-z]+)$/i.exec(words[index] ?? "")?.[1]?.toLowerCase();
		// Windows PowerShell takes a command there, its successor a file.
		if (name === undefined) return /^[-/]/.test(words[index] ?? "") || /pwsh/i.test(program) ? undefined : index;
		if (COMMAND.test(name)) return index + 1;
		if (WITH_VALUE.test(name)) index++;
		else if (!SWITCHES.test(name)) return undefined;
	}
	return undefined;
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

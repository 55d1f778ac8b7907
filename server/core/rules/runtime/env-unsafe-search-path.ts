import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { isForWindows } from "../../dockerfile/base/windows.ts";
import { insertAfter, insertAt, replace } from "../../dockerfile/edits/edit.ts";
import { grantsWorldWrite, setsSticky } from "../../dockerfile/files/fileMode.ts";
import { modeStepsOf } from "../../dockerfile/files/modeChanges.ts";
import { isInside } from "../../dockerfile/files/mountCoverage.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { type Assignment, assignmentsOf } from "../../dockerfile/model/views.ts";
import { withoutSlash } from "../../dockerfile/users/openedFolders.ts";
import { normalPath } from "../../dockerfile/variables/state.ts";
import { variableAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { OPEN_FOLDERS } from "../../knowledge/openFolders.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** Lists of directories in which programs, libraries and modules are looked for. */
const SEARCH_PATHS = new Set(["PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONPATH", "NODE_PATH", "PERL5LIB", "RUBYLIB"]);

/** Those in which an empty element is the current directory; Perl, Ruby and Node.js leave it out. */
const EMPTY_IS_CURRENT = new Set(["PATH", "LD_LIBRARY_PATH", "PYTHONPATH"]);

export const envUnsafeSearchPath = defineRule({
	id: "env-unsafe-search-path",
	title: "Programs or libraries are looked for where anybody can put some",
	category: "runtime",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["ENV"], texts: [...SEARCH_PATHS].map((name) => name.toLowerCase()) },
	why: "An empty element, a dot or a relative directory in a search path is the directory in which a program happens to run; `/tmp` is one in which everybody may write. A file called `ls`, `libssl.so.3` or `json.py` that somebody uploads there is run in the place of the real one. And a PATH that leaves out the old value loses the programs of the system.",
	remedy:
		"Name absolute directories that only root writes to, keep the old value with `$PATH`, and leave out the colon where there is no old value: `${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}/opt/lib`.",
	references: ["https://cwe.mitre.org/data/definitions/426.html", "https://man7.org/linux/man-pages/man8/ld.so.8.html"],
	examples: [
		{
			caption: "The current directory comes first",
			bad: "FROM debian:12\nENV PATH=«.:/opt/app/bin:$PATH»\n",
			fixed: "FROM debian:12\nENV PATH=/opt/app/bin:$PATH\n",
		},
		{ caption: "A folder of one's own", good: "FROM debian:12\nENV PATH=/opt/app/bin:$PATH\n" },
		{
			caption: "Empty elements, the current directory",
			bad: 'FROM debian:12\nENV PATH=«$PATH:/opt/bin:» A=1\nENV PYTHONPATH=«"/app::/lib"» PATH=«.:$PATH»\n',
			fixed: 'FROM debian:12\nENV PATH=$PATH:/opt/bin A=1\nENV PYTHONPATH="/app:/lib" PATH=$PATH\n',
		},
		{
			caption: "No old value leaves an empty element",
			bad: "FROM debian:12\nENV LD_LIBRARY_PATH=«$LD_LIBRARY_PATH:/opt/lib»\n",
			fixed: "FROM debian:12\nENV LD_LIBRARY_PATH=/opt/lib\n",
		},
		{
			caption: "Relative directories, a tilde, directories of everybody",
			bad: "FROM debian:12\nENV PATH=«node_modules/.bin:$PATH»\nENV PATH=«~/bin:$PATH»\nENV LD_PRELOAD «./a.so»\nENV NODE_PATH=«/tmp»\n",
		},
		{
			caption: "The file lets everybody write to it",
			bad: "FROM debian:12\nRUN mkdir /opt/x && chmod 777 /opt/x\nENV PATH=«$PATH:/opt/x»\n",
		},
		{
			caption: "The system's programs are lost",
			bad: "FROM debian:12\nENV PATH=«/opt/bin»\n",
			fixed: "FROM debian:12\nENV PATH=/opt/bin:$PATH\n",
		},
		{
			caption: "Single quotes keep the old value out",
			bad: "FROM debian:12\nENV PATH=«'/opt/x/bin:$PATH'»\n",
			fixed: 'FROM debian:12\nENV PATH="/opt/x/bin:$PATH"\n',
		},
		{
			caption: "What the loader itself replaces",
			good: "FROM debian:12\nENV LD_LIBRARY_PATH='$ORIGIN/../lib' LD_PRELOAD='/${LIB}/a.so'\n",
		},
		{
			caption: "Absolute, with the old value, or with all that it has",
			good: 'FROM debian:12\nENV PATH=/a:$PATH PYTHONPATH=/app NODE_PATH=${X}/lib: LD_PRELOAD=a.so PERL5LIB=$PERL5LIB:/a\nENV PATH="/usr/local/bin:/usr/bin:/bin" LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}/opt/lib\n',
		},
		{ caption: "Closed again", good: "FROM debian:12\nRUN chmod -R 777 /opt && chmod 755 /opt/x\nENV PATH=$PATH:/opt/x\n" },
		{ caption: "What the base image sets nobody knows", good: "FROM acme/base\nENV LD_LIBRARY_PATH=$LD_LIBRARY_PATH:/opt/lib\n" },
		{
			caption: "Nothing to lose, Windows",
			good: "FROM scratch\nENV PATH=/app\nFROM mcr.microsoft.com/windows/nanoserver:1809\nENV PATH=C:\\a;\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "ENV") continue;
				for (const assignment of assignmentsOf(step, file.escape)) {
					const report = SEARCH_PATHS.has(assignment.name) && !isForWindows(stage) ? reportOf(step, assignment) : undefined;
					if (report !== undefined)
						reports.push({ ...report, ...(stage.use === "shipped" || stage.use === "ancestor" ? {} : { severity: "info" as const }) });
				}
			}
		}
		return reports;
	},
});

function reportOf(step: Step, { name, value: written, valueSpan: span }: Assignment): Report | undefined {
	if (written === undefined || span === undefined || span.end - span.start !== written.length) return undefined;
	const quote = /^(["']).*\1$/s.exec(written)?.[1] ?? "";
	const value = written.slice(quote.length, written.length - quote.length);
	if (value === "" || /["'\\]/.test(value)) return undefined;
	if (quote === "'") return literalVariable(name, value, span);
	const elements = name === "LD_PRELOAD" ? value.split(/[: ]/) : splitAtColons(value);
	const wrong = elements.find((element) => isWrong(step, name, element));
	if (wrong !== undefined) {
		const kept = elements.filter((element) => element !== "" && element !== "." && element !== "./" && !isUnset(step, element));
		const removable = wrong === "" || wrong === "." || wrong === "./" || isUnset(step, wrong);
		const fixed = `${quote}${kept.join(":")}${quote}`;
		const fixes: readonly Fix[] =
			removable && kept.length > 0 && name !== "LD_PRELOAD"
				? [{ title: "Leave the element out", safety: "review", edits: [replace(span, fixed)] }]
				: [];
		return { span, message: messageFor(name, wrong, isUnset(step, wrong)), fixes };
	}
	const kept = /\$(?:PATH|\{PATH)/.test(value) || value.includes("$");
	if (
		name !== "PATH" ||
		kept ||
		stageBaseFacts(step.stage).shell === "none" ||
		elements.some((element) => /^\/(?:usr\/)?bin\/?$/.test(element))
	)
		return undefined;
	const edit = quote === "" ? insertAfter(span, ":$PATH") : insertAt(span.end - 1, ":$PATH");
	return {
		span,
		message: "The new PATH leaves out the programs of the system",
		fixes: [{ title: "Keep the old value", safety: "review", edits: [edit] }],
	};
}

/** `ENV PATH='/x:$PATH'`: the builder replaces nothing between single quotes. */
function literalVariable(name: string, value: string, span: Span): Report | undefined {
	const variable = /\$(?:[A-Z_]+|\{[A-Z_]+\})/.exec(value)?.[0];
	// ld.so replaces these itself, and single quotes are the way to hand them on to it.
	if (variable === undefined || (name.startsWith("LD_") && /\$\{?(?:ORIGIN|LIB|PLATFORM)\b/.test(value))) return undefined;
	return {
		span,
		message: `${name} gets ${shortened(variable, 30)} as it is: the builder replaces nothing in single quotes`,
		fixes: [{ title: "Write double quotes", safety: "review", edits: [replace(span, `"${value}"`)] }],
	};
}

function messageFor(name: string, element: string, unset: boolean): string {
	if (unset) return `${shortened(element, 30)} is empty here: ${name} begins or ends with the current directory`;
	if (element === "") return `An empty element of ${name} is the current directory`;
	if (/^\.\/?$/.test(element)) return `${name} has the current directory in it`;
	const what = shortened(element, 40);
	return isShared(element) || element.startsWith("/")
		? `Everybody may write to ${what}, which is in ${name}`
		: `${what} in ${name} is relative to the current directory`;
}

function isWrong(step: Step, name: string, element: string): boolean {
	if (element === "") return EMPTY_IS_CURRENT.has(name);
	if (isShared(element) || isOpenToAll(step, element) || (EMPTY_IS_CURRENT.has(name) && isUnset(step, element))) return true;
	// The loader looks a name without a slash up in the system's directories.
	if (name === "LD_PRELOAD" && !element.includes("/")) return false;
	return !/^[/$]/.test(element);
}

function isShared(element: string): boolean {
	return OPEN_FOLDERS.has(withoutSlash(element));
}

/** Whether the last mode that the file gives to a directory lets everybody write to it. */
function isOpenToAll(step: Step, element: string): boolean {
	// Nobody but root gets into /root, whatever its folders allow.
	if (!/^\/[\w./-]+$/.test(element) || element.startsWith("/root/")) return false;
	const path = normalPath(element);
	const changes = [...lineage(step.stage)].reverse().flatMap((stage) => modeStepsOf(stage).flatMap((found) => found.changes));
	const last = changes.findLast(({ targets, recursive }) =>
		targets.some((target) => target.startsWith("/") && (normalPath(target) === path || (recursive && isInside(path, normalPath(target))))),
	);
	return last !== undefined && grantsWorldWrite(last.mode) && !setsSticky(last.mode);
}

/** A plain variable that is known to have no value. */
function isUnset(step: Step, element: string): boolean {
	const name = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})$/.exec(element);
	const variable = name?.[1] ?? name?.[2];
	return variable !== undefined && variableAt(step, variable).kind === "unset";
}

function splitAtColons(value: string): readonly string[] {
	const elements: string[] = [];
	let depth = 0;
	let start = 0;
	for (let at = 0; at <= value.length; at++) {
		const character = value[at];
		if (character === "{") depth++;
		else if (character === "}") depth--;
		else if (character === undefined || (character === ":" && depth === 0)) {
			elements.push(value.slice(start, at));
			start = at + 1;
		}
	}
	return elements;
}

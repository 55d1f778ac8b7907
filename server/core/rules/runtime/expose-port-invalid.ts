import { aboveComments, insertAt, replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { stepsNamed } from "../../dockerfile/model/named.ts";
import { isLiteral, type PortSpec, portSpecsOf } from "../../dockerfile/start/portSpecs.ts";
import { readExecForm } from "../../dockerfile/syntax/execForm.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { openQuoteOf } from "../../dockerfile/variables/openQuotes.ts";
import type { Fix } from "../../finding.ts";
import { isContiguous, sourceSpan } from "../../mappedText.ts";
import { lineAt, type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const PROTOCOLS = new Set(["tcp", "udp", "sctp"]);

export const exposePortInvalid = defineRule({
	id: "expose-port-invalid",
	title: "What EXPOSE names is no port",
	category: "runtime",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["hadolint", "DL3011"],
			["trivy", "DS-0008"],
			["kics", "71bf8cf8-f0a1-42fa-b9d2-d10525e0a38e"],
			["semgrep", "invalid-port"],
			["dockerfile-utils", "INVALID_PORT", "INVALID_PROTO"],
			["dockerfilelint", "invalid_port", "expose_host_port"],
			["terrascan", "AC_DOCKER_0011"],
			["droast", "DF040"],
		),
		...similar(["buildkit", "ExposeInvalidFormat"]),
	],
	supersededBy: ["continuation-broken"],
	onlyWith: { instructions: ["EXPOSE"] },
	why: "A port above 65535, a reversed range, an unknown protocol or a comment behind the ports ends the build. A mapping such as `8080:80` does not: the part for the host is dropped without a word, and whoever relies on it looks for a container that listens elsewhere.",
	remedy:
		"Write the ports that the container listens on, 1 to 65535, each with `/udp` or `/sctp` where it is not TCP. The port of the host is chosen with `docker run -p`. Comments need a line of their own.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#expose",
		"https://docs.docker.com/reference/build-checks/expose-invalid-format/",
	],
	examples: [
		{ caption: "A mapping, as docker run has it", bad: "FROM debian:12\nEXPOSE «8080:80»\n", fixed: "FROM debian:12\nEXPOSE 80\n" },
		{ caption: "Ports", good: "FROM debian:12\nEXPOSE 80 443\n" },
		{
			caption: "Mappings, also with an address",
			bad: "FROM debian:12\nEXPOSE «8080:80» 443 «127.0.0.1:53:53/udp» «8000-8001:9000-9001»\n",
			fixed: "FROM debian:12\nEXPOSE 80 443 53/udp 9000-9001\n",
		},
		{
			caption: "A reversed range, a protocol that does not exist",
			bad: "FROM debian:12\nEXPOSE «8010-8000» «80/http»\n",
			fixed: "FROM debian:12\nEXPOSE 8000-8010 80/tcp\n",
		},
		{
			caption: "Commas",
			bad: "FROM debian:12\nEXPOSE «80,443» \\\n  «8080,»\n",
			fixed: "FROM debian:12\nEXPOSE 80 443 \\\n  8080\n",
		},
		{
			caption: "A comment behind the ports is read as ports",
			bad: "FROM debian:12\n  EXPOSE 80 «# the web server: 80»\r\n",
			fixed: "FROM debian:12\n  # the web server: 80\n  EXPOSE 80\r\n",
		},
		{ caption: "Nothing but a comment", bad: "FROM debian:12\nEXPOSE «# web»\n" },
		{ caption: "A comment between the lines is none of the ports", good: "FROM debian:12\nEXPOSE 80 \\\n  # web\n  443\n" },
		{
			caption: "Too large, zero, no number, through variables",
			bad: 'FROM debian:12\nARG P=65536\nEXPOSE «$P» «0» «http» «80:» «"99999"»\n',
		},
		{ caption: "In what child images expose", bad: "FROM debian:12\nONBUILD EXPOSE «70000/udp»\n" },
		{
			caption: "Quotes keep no blanks together",
			bad: "FROM debian:12\nEXPOSE «\"80» 443/udp\"\nEXPOSE «'80» 443'\n",
			fixed: "FROM debian:12\nEXPOSE 80 443/udp\nEXPOSE 80 443\n",
		},
		{ caption: "An open quote", bad: 'FROM debian:12\nEXPOSE 70 «"80»\nONBUILD EXPOSE «$A"» 80\n' },
		{
			caption: "JSON is no list of ports",
			bad: 'FROM debian:12\nEXPOSE «["80", "443"]»\n',
			fixed: "FROM debian:12\nEXPOSE 80 443\n",
		},
		{
			caption: "Ports, ranges, protocols in any case, quotes, variables",
			good: 'FROM debian:12\nARG UNKNOWN\nARG LIST="80 443"\nEXPOSE 80 1 65535 8000-8010/tcp 53/UDP 7/sctp "81" ${A}-${B}/tcp $UNKNOWN ${UNKNOWN}/udp $LIST ${P:-8080}\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const step of stepsNamed(file, "EXPOSE")) {
			const whole = arrayReport(step);
			if (whole !== undefined) {
				reports.push(whole);
				continue;
			}
			const quote = quoteReport(step);
			if (quote !== undefined) reports.push(quote);
			const comment = commentReport(step);
			for (const spec of portSpecsOf(step)) {
				if (comment !== undefined && spec.word.span.start >= comment.span.start) break;
				const report = reportOf(spec);
				if (report !== undefined) reports.push(report);
			}
			if (comment !== undefined) reports.push(comment);
		}
		return reports;
	},
});

function arrayReport(step: Step): Report | undefined {
	const exec = step.arguments.text.startsWith("[") ? readExecForm(step.arguments) : "notExec";
	const words = splitAtBlanks(step.arguments);
	const first = words[0];
	const last = words[words.length - 1];
	if (exec === "notExec" || exec === "notStrings" || first === undefined || last === undefined) return undefined;
	const span = { start: first.span.start, end: last.span.end };
	const plain =
		exec.values.length > 0 && exec.values.every((value) => /^[\w./${}-]+$/.test(value)) && words.every((word) => word.text !== "");
	const oneLine = !step.stage.file.text.slice(span.start, span.end).includes("\n");
	const fixes: readonly Fix[] =
		plain && oneLine
			? [{ title: "Write the ports behind each other", safety: "review", edits: [replace(span, exec.values.join(" "))] }]
			: [];
	return { span, message: "EXPOSE reads no JSON: the brackets are taken for ports", fixes };
}

/** `EXPOSE "80 443"`: quotes keep no blanks together. */
function quoteReport(step: Step): Report | undefined {
	const open = openQuoteOf(step, step.stage.file);
	if (open === undefined) return undefined;
	const { arguments: args } = step;
	const span = sourceSpan(args, 0, args.text.length);
	const inside = /^(["'])([^"'\\`#$]+)\1$/.exec(args.text)?.[2];
	return {
		span: open.span,
		message: `${shortened(open.text, 40)} has an open ${open.quote} quote: EXPOSE splits at blanks, quoted or not`,
		fixes:
			inside === undefined || !isContiguous(args, 0, args.text.length)
				? []
				: [{ title: "Remove the quotes", safety: "review", edits: [replace(span, inside.trim())] }],
	};
}

/** `EXPOSE 80 # web`: from the number sign to the end. */
function commentReport(step: Step): Report | undefined {
	const words = splitAtBlanks(step.arguments);
	const first = words.find((word) => word.text.startsWith("#"));
	const last = words[words.length - 1];
	if (first === undefined || last === undefined) return undefined;
	const span = { start: first.span.start, end: last.span.end };
	return {
		span,
		message: words[0] === first ? "A comment is read as ports" : "A comment behind the ports is read as ports",
		fixes: moveUp(step, span.start, span.end, words[words.indexOf(first) - 1]?.span.end),
	};
}

function moveUp(step: Step, start: number, end: number, previous: number | undefined): readonly Fix[] {
	const { file } = step.stage;
	const text = file.text.slice(start, end);
	if (previous === undefined || step.deferred || text.includes("\n") || lineAt(file.lineStarts, start) !== step.firstLine) return [];
	const lineStart = file.lineStarts[step.firstLine] ?? 0;
	const indentation = file.text.slice(lineStart, step.span.start);
	const edits: readonly SpanEdit[] = [
		insertAt(aboveComments(file, step), indentation + text + file.lineBreak),
		replace({ start: previous, end }, ""),
	];
	return [{ title: "Move the comment to a line of its own", safety: "review", edits }];
}

function reportOf(spec: PortSpec): Report | undefined {
	const { container, host, ports, protocol, text, word } = spec;
	// Variables that nothing sets leave nothing but what stands between them: they are another finding.
	if (word.text.includes("$") && /^[-:]*(?:\/\w*)?$/.test(text)) return undefined;
	const name = shortened(text, 40);
	const report = (message: string, fixed?: string, title?: string): Report => ({
		span: word.span,
		message,
		fixes:
			fixed === undefined || !isLiteral(spec)
				? []
				: [{ title: title ?? `Expose ${fixed}`, safety: "review", edits: [replace(word.span, fixed)] }],
	});
	const suffix = protocol === undefined ? "" : `/${protocol}`;
	if (text.includes(",")) {
		const parts = text.split(",").filter((part) => part !== "");
		const list = parts.every((part) => /^\d{1,5}(?:\/[a-z]+)?$/.test(part)) && parts.length > 0;
		return report(`${name} is no port: commas do not separate ports`, list ? parts.join(" ") : undefined, "Separate the ports by blanks");
	}
	if (ports === undefined) return report(container === "" ? `${name} names no port of the container` : `${name} is no port`);
	if (protocol !== undefined && protocol !== "" && !PROTOCOLS.has(protocol.toLowerCase()))
		return report(`${name} names no protocol that ports have`, protocol.includes("/") ? undefined : `${container}/tcp`);
	if (ports.first > 65535 || ports.last > 65535) return report(`${name} is no port: the highest is 65535`);
	if (ports.first > ports.last) return report(`${name} is a range that ends before it begins`, `${ports.last}-${ports.first}${suffix}`);
	if (ports.first === 0) return { ...report(`${name} is no port that a program can listen on`), severity: "warning" };
	if (host === undefined) return undefined;
	return { ...report(`${name} is a mapping, of which EXPOSE keeps ${container} alone`, `${container}${suffix}`), severity: "warning" };
}

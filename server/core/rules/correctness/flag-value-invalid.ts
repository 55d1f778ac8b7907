import { insertAt, replace } from "../../dockerfile/edits/edit.ts";
import { readMode } from "../../dockerfile/files/fileMode.ts";
import { type CheckedFlag, checkedFlags } from "../../dockerfile/model/checkedFlags.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { ownValue } from "../../ownValue.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const TRUE = new Set(["1", "t", "y", "yes", "on"]);
const FALSE = new Set(["0", "f", "n", "no", "off"]);
const MODES: Readonly<Record<string, readonly string[]>> = {
	network: ["default", "none", "host"],
	security: ["sandbox", "insecure"],
};
/** Hexadecimal digits of a digest. Source: OCI image specification, "Digests"; `go-digest`, which BuildKit reads them with. */
const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** `1000.1000` and `app.app`; any other dot may be a part of a name. */
const OLD_OWNER = /^(?:\d+\.\d+|([a-z][\w-]*)\.\1)$/;

export const flagValueInvalid = defineRule({
	id: "flag-value-invalid",
	title: "A flag has a value that it does not take",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(["dockerfile-utils", "FLAG_EXPECTED_BOOLEAN_VALUE", "FLAG_INVALID_LINK_VALUE"]),
		...similar(["hadolint", "DL1000"]),
	],
	onlyWith: { texts: ["--"] },
	why: "The builder stops: some values it reads before it runs anything, modes, owners and checksums only when it comes to the instruction, after the minutes that the steps above took.",
	remedy:
		"`--link`, `--parents`, `--keep-git-dir` and `--unpack` take `true` or `false`, `--chmod` an octal or symbolic mode up to 7777, `--chown` a `user:group`, `--network` one of `default`, `none`, `host`, `--checksum` of a file `sha256:` and 64 digits.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
		"https://docs.docker.com/reference/dockerfile/#run---network",
		"https://docs.docker.com/reference/dockerfile/#add---checksum",
	],
	examples: [
		{
			caption: "A word that is no truth value",
			bad: "FROM debian:12\nCOPY --link=«yes» app /app\n",
			fixed: "FROM debian:12\nCOPY --link=true app /app\n",
		},
		{ caption: "A value that it takes", good: "FROM debian:12\nCOPY --link=true app /app\n" },
		{
			caption: "Neither true nor false",
			bad: "FROM debian:12\nCOPY --link=«1» a /a\nADD --keep-git-dir=«no» a /a\n",
			fixed: "FROM debian:12\nCOPY --link=true a /a\nADD --keep-git-dir=false a /a\n",
		},
		{
			caption: "No mode, no owner",
			bad: "FROM debian:12\nCOPY --chmod=«888» --chown=«a:b:c» a /a\nADD --chmod=«rwx» a /a\nCOPY --chmod=«17777» a /a\n",
		},
		{
			caption: "A dot, as chown once took it, and other separators",
			bad: "FROM debian:12\nCOPY --chown=«www-data.www-data» a /a\nADD --chown=«1000.1000» a /a\nCOPY --chown=«app/app» a /a\n",
			fixed: "FROM debian:12\nCOPY --chown=www-data:www-data a /a\nADD --chown=1000:1000 a /a\nCOPY --chown=app/app a /a\n",
		},
		{ caption: "Unknown words", bad: "FROM debian:12\nRUN --network=«bridge» true\nONBUILD RUN --security=«none» true\n" },
		{
			caption: "Checksums",
			bad: `FROM debian:12\nADD --checksum=«${"a".repeat(64)}» https://example.com/a /a\nADD --checksum=«md5:abc» https://example.com/a /a\nADD --checksum=«sha256:abc» https://example.com/a /a\n`,
			fixed:
				"FROM debian:12\nADD --checksum=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa https://example.com/a /a\nADD --checksum=md5:abc https://example.com/a /a\nADD --checksum=sha256:abc https://example.com/a /a\n",
		},
		{
			caption: "Nothing to compare",
			bad: "FROM debian:12\nADD --checksum=«sha256:ab» a /a\nADD --checksum=«sha256:ab» https://example.com/a b /a/\n",
		},
		{
			caption: "The algorithm is missing",
			bad: `FROM debian:12\nADD --checksum=«${"0a".repeat(32)}» https://example.com/a /a\n`,
			fixed: `FROM debian:12\nADD --checksum=sha256:${"0a".repeat(32)} https://example.com/a /a\n`,
		},
		{
			caption: "Good values",
			good: "FROM debian:12\nCOPY --link=TRUE --parents=false --chmod=u=rwX,go=rX --chown=:staff a /a/\nCOPY --chmod=0755 --chown=1000:1000 a /a\nCOPY --chown=ann.lee a /a\nRUN --network=none true\nADD --checksum=24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://github.com/a/b.git /b\n",
		},
		{
			caption: "Values that only the build knows",
			good: "FROM debian:12\nARG M\nCOPY --chmod=$M --chown=$M:$M:$M a /a\nADD --checksum=$M https://example.com/a /a\nADD --checksum=x $M /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const checked of checkedFlags(file)) {
			const { flag, kind } = checked;
			if (kind === undefined || flag.value === undefined || flag.value === "" || flag.valueSpan === undefined) continue;
			const message = kind === "boolean" ? booleanMessage(flag.name, flag.value) : textMessage(checked);
			if (message === undefined) continue;
			reports.push({ span: flag.valueSpan, message, fixes: () => fixesFor(file, checked) });
		}
		return reports;
	},
});

function booleanMessage(name: string, value: string): string | undefined {
	return /^(?:true|false)$/i.test(value) ? undefined : `--${name} is true or false, not ${shortened(value, 40)}`;
}

function textMessage({ instruction, flag }: CheckedFlag): string | undefined {
	const { name, value = "" } = flag;
	const shown = shortened(value, 40);
	const words = MODES[name];
	if (words !== undefined) return words.includes(value) ? undefined : `--${name} is one of ${words.join(", ")}, not ${shown}`;
	if (value.includes("$")) return undefined;
	switch (name) {
		case "chmod":
			return isMode(value) ? undefined : `${shown} is no file mode`;
		case "chown":
			return ownerMessage(value);
		case "checksum":
			return checksumMessage(instruction, value);
		default:
			return undefined;
	}
}

function ownerMessage(value: string): string | undefined {
	const shown = shortened(value, 40);
	if (value.split(":").length > 2) return `${shown} has more than a user and a group`;
	if (OLD_OWNER.test(value)) return `${shown} is taken for the name of one user`;
	return /[/,;|]/.test(value) ? `${shown} is no user and group` : undefined;
}

function isMode(value: string): boolean {
	const digits = /^\d+$/.test(value);
	if (digits) return /^0*[0-7]{1,4}$/.test(value);
	return readMode(value)?.kind === "symbolic";
}

/** Whether the only source is a file on the web: what a Git address wants is a commit. */
function fetchesFile(args: string): boolean {
	const address = /^["']?(https?:\/\/[^\s"'$]+)["']?\s+\S+$/i.exec(args)?.[1];
	return address !== undefined && !/\.git$/.test(address.split(/[?#]/)[0] ?? "");
}

function checksumMessage({ arguments: args, exec, heredocs }: Instruction, value: string): string | undefined {
	const sources = (exec?.values ?? splitAtBlanks(args).map(({ text }) => text)).slice(0, -1);
	if (sources.length > 1) return "The checksum is for one source, not for several";
	if (sources.length === 1 && heredocs.length === 0 && /^(?!github\.com\/)[^$:@"']+$/.test(sources[0] ?? ""))
		return "A file of the build context has no checksum";
	return fetchesFile(args.text) ? digestMessage(value) : undefined;
}

function digestMessage(value: string): string | undefined {
	const [algorithm = "", digits] = value.split(":");
	if (digits === undefined) return `${shortened(value, 30)} names no algorithm`;
	const length = ownValue(DIGEST_LENGTHS, algorithm);
	if (length === undefined) return `${shortened(algorithm, 30)} is no algorithm of digests`;
	if (!/^[0-9a-f]*$/.test(digits)) return `The digest has characters other than 0 to 9 and a to f`;
	return digits.length === length ? undefined : `The ${algorithm} digest has ${digits.length} digits instead of ${length}`;
}

function fixesFor(file: Dockerfile, { flag, kind }: CheckedFlag): readonly Fix[] {
	const { value = "", valueSpan } = flag;
	if (valueSpan === undefined || file.text.slice(valueSpan.start, valueSpan.end) !== value) return [];
	const one = (title: string, edit: SpanEdit): readonly Fix[] => [{ title, safety: "review", edits: [edit] }];
	if (kind === "boolean") {
		const meant = TRUE.has(value.toLowerCase()) ? "true" : FALSE.has(value.toLowerCase()) ? "false" : undefined;
		return meant === undefined ? [] : one(`Change to ${meant}`, replace(valueSpan, meant));
	}
	const dot = flag.name === "chown" && OLD_OWNER.test(value) ? valueSpan.start + value.indexOf(".") : undefined;
	if (dot !== undefined) return one("Write a colon", replace({ start: dot, end: dot + 1 }, ":"));
	if (flag.name === "checksum" && /^[0-9a-f]{64}$/.test(value)) return one("Name the algorithm", insertAt(valueSpan.start, "sha256:"));
	return [];
}

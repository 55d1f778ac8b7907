/**
 * Modes as chmod, install, mkdir and `--chmod` read them: octal numbers and symbolic clauses.
 * Source: GNU coreutils 9 manual, "File permissions"; POSIX chmod; BuildKit's reading of symbolic modes (Dockerfile syntax 1.14).
 */
export type FileMode = OctalMode | SymbolicMode;

export interface OctalMode {
	readonly kind: "octal";
	/** As written, without an operator. */
	readonly digits: string;
	readonly bits: number;
	/** GNU's `+777` and `=777`; empty for a plain number. */
	readonly operator: "" | "+" | "-" | "=";
}

export interface SymbolicMode {
	readonly kind: "symbolic";
	readonly clauses: readonly ModeClause[];
}

/** `ugo+rwx`: one clause between commas. */
export interface ModeClause {
	/** Letters out of `ugoa`; empty where none is written. */
	readonly who: string;
	readonly actions: readonly { readonly operator: "+" | "-" | "="; readonly permissions: string }[];
}

const OTHER_WRITE = 0o002;
const STICKY = 0o1000;

/** Undefined for what is no mode. */
export function readMode(text: string): FileMode | undefined {
	const octal = /^([-+=]?)(0{0,9}[0-7]{1,5})$/.exec(text);
	if (octal !== null) {
		const digits = octal[2] as string;
		return { kind: "octal", digits, bits: Number.parseInt(digits, 8), operator: octal[1] as OctalMode["operator"] };
	}
	const clauses = text.split(",").map(readClause);
	return clauses.every((clause) => clause !== undefined) ? { kind: "symbolic", clauses } : undefined;
}

function readClause(text: string): ModeClause | undefined {
	let at = 0;
	while (at < text.length && "ugoa".includes(text[at] as string)) at++;
	const who = text.slice(0, at);
	const actions: { operator: "+" | "-" | "="; permissions: string }[] = [];
	while (at < text.length) {
		const operator = text[at];
		if (operator !== "+" && operator !== "-" && operator !== "=") return undefined;
		const start = ++at;
		while (at < text.length && "rwxXstugo".includes(text[at] as string)) at++;
		actions.push({ operator, permissions: text.slice(start, at) });
	}
	return actions.length === 0 ? undefined : { who, actions };
}

/**
 * Whether the mode lets every user write, and no sticky bit keeps them from each other's files. `+w` without a class obeys the
 * umask, which is 022 in builds unless `umaskIsZero`.
 */
export function grantsWorldWrite(mode: FileMode, umaskIsZero = false): boolean {
	if (mode.kind === "octal") return mode.operator !== "-" && (mode.bits & OTHER_WRITE) !== 0 && (mode.bits & STICKY) === 0;
	let granted = false;
	let sticky = false;
	for (const { who, actions } of mode.clauses) {
		const reachesOthers = /[oa]/.test(who) || (who === "" && umaskIsZero);
		for (const { operator, permissions } of actions) {
			if (permissions.includes("t")) sticky = operator !== "-";
			if (!reachesOthers) continue;
			if (operator === "=") granted = permissions.includes("w");
			else if (permissions.includes("w")) granted = operator === "+";
		}
	}
	return granted && !sticky;
}

/** Whether the mode sets the sticky bit. */
export function setsSticky(mode: FileMode): boolean {
	if (mode.kind === "octal") return mode.operator !== "-" && (mode.bits & STICKY) !== 0;
	return mode.clauses.some(({ actions }) => actions.some(({ operator, permissions }) => operator !== "-" && permissions.includes("t")));
}

/** Whether the mode takes the right to write from others, if they had it. */
export function revokesWorldWrite(mode: FileMode): boolean {
	if (mode.kind === "octal") return mode.operator === "" && !grantsWorldWrite(mode);
	return mode.clauses.some(
		({ who, actions }) =>
			(who === "" || /[oa]/.test(who)) &&
			actions.some(({ operator, permissions }) => permissions.includes("w") === (operator === "-") && operator !== "+"),
	);
}

/**
 * The mode without the right of others to write. A group that has the same rights as others loses it, too: 777 becomes 755,
 * 666 becomes 644, `a+rwx` becomes `a+rx,u+w`. Undefined where nothing sensible is left.
 */
export function withoutWorldWrite(mode: FileMode): string | undefined {
	if (mode.kind === "octal") return octalWithout(mode);
	const clauses = mode.clauses.map(clauseWithout);
	if (clauses.some((clause) => clause === undefined)) return undefined;
	const left = clauses.filter((clause) => clause !== "");
	return left.length === 0 ? undefined : left.join(",");
}

function octalWithout({ digits, operator }: OctalMode): string | undefined {
	if (digits.length < 3) return undefined;
	const others = Number(digits.at(-1));
	const group = Number(digits.at(-2));
	return `${operator}${digits.slice(0, -2)}${group === others ? group & ~2 : group}${others & ~2}`;
}

function clauseWithout({ who, actions }: ModeClause): string | undefined {
	const action = actions[0];
	if (action === undefined || actions.length > 1) return undefined;
	const { operator, permissions } = action;
	if (operator === "-" || !permissions.includes("w") || (who !== "" && !/[oa]/.test(who))) return `${who}${operator}${permissions}`;
	const rest = permissions.replaceAll("w", "");
	const all = who === "" || who.includes("a") || (who.includes("u") && who.includes("g"));
	if (operator === "=") {
		if (all) return `u=${permissions},go=${rest}`;
		const owners = who.replace("o", "");
		return `${owners === "" ? "" : `${owners}=${permissions},`}o=${rest}`;
	}
	const reading = rest === "" ? "" : `${all ? "a" : who}+${rest}`;
	const writing = all ? "u+w" : who.replace("o", "") === "" ? "" : `${who.replace("o", "")}+w`;
	return [reading, writing].filter((part) => part !== "").join(",");
}

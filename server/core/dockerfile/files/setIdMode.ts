import type { FileMode } from "./fileMode.ts";

/** The bits that let a program run with the rights of its owner (setuid) or of its group (setgid). */
export interface SetIdBits {
	readonly user: boolean;
	readonly group: boolean;
}

/** Which of the two a mode sets; undefined if it sets none. */
export function setIdBits(mode: FileMode): SetIdBits | undefined {
	if (mode.kind === "octal") {
		if (mode.operator === "-") return undefined;
		const user = (mode.bits & 0o4000) !== 0;
		const group = (mode.bits & 0o2000) !== 0;
		return user || group ? { user, group } : undefined;
	}
	let user = false;
	let group = false;
	for (const { who, actions } of mode.clauses) {
		const reaches = (letter: string): boolean => who === "" || who.includes(letter) || who.includes("a");
		for (const { operator, permissions } of actions) {
			const sets = permissions.includes("s") ? operator !== "-" : undefined;
			if (sets === undefined) continue;
			if (reaches("u")) user = sets;
			if (reaches("g")) group = sets;
		}
	}
	return user || group ? { user, group } : undefined;
}

/** Whether a mode takes bits away that an earlier one has set; three octal digits do so for files. */
export function clearsSetId(mode: FileMode, bits: SetIdBits): boolean {
	if (mode.kind === "octal") {
		if (mode.operator === "+") return false;
		const kept = mode.operator === "-" ? ~mode.bits : mode.bits;
		return (!bits.user || (kept & 0o4000) === 0) && (!bits.group || (kept & 0o2000) === 0);
	}
	const taken = (letter: string): boolean =>
		mode.clauses.some(
			({ who, actions }) =>
				(who === "" || who.includes(letter) || who.includes("a")) &&
				actions.every(({ operator, permissions }) => operator !== "+" && permissions.includes("s") === (operator === "-")),
		);
	return (!bits.user || taken("u")) && (!bits.group || taken("g"));
}

/** Whether a mode sets the bits and nothing else: `+s`, `u+s,g+s`. */
export function setsOnlySetId(mode: FileMode): boolean {
	if (mode.kind === "octal") return false;
	return mode.clauses.every(({ actions }) => actions.every(({ operator, permissions }) => operator === "+" && permissions === "s"));
}

/** The mode without the two bits: `4755` becomes `755`, `u+s` becomes `u-s`. Undefined where that cannot be said in short. */
export function withoutSetId(mode: FileMode): string | undefined {
	if (mode.kind === "octal") {
		const digits = mode.digits.padStart(4, "0");
		if (mode.digits.length < 4) return undefined;
		const special = Number(digits.at(-4)) & ~6;
		const lead = mode.digits.length > 4 ? mode.digits.slice(0, -4) : "";
		return `${mode.operator}${special === 0 ? lead : `${lead}${special}`}${digits.slice(-3)}`;
	}
	const clauses = mode.clauses.map(({ who, actions }) => {
		const [action] = actions;
		if (action === undefined || actions.length > 1) return undefined;
		if (!action.permissions.includes("s") || action.operator === "-") return `${who}${action.operator}${action.permissions}`;
		const rest = action.permissions.replaceAll("s", "");
		return rest === "" && action.operator === "+" ? `${who}-s` : `${who}${action.operator}${rest}`;
	});
	return clauses.some((clause) => clause === undefined) ? undefined : clauses.join(",");
}

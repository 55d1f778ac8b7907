import type { PackageCall } from "./packageCalls.ts";

/** The repository and the ref that an operand of an install names, if it names one. */
export function packageSource(
	call: Pick<PackageCall, "manager">,
	text: string,
): { readonly address: string; readonly ref: string | undefined } | undefined {
	if (call.manager === "go") {
		const match = /^([\w.-]+\/[^@]+)@(main|master|HEAD|develop|trunk)$/.exec(text);
		return match === null ? undefined : { address: match[1] ?? "", ref: match[2] };
	}
	if (call.manager === "pip" || call.manager === "uv") {
		const url = /(?:^|@\s*)git\+((?:https?|ssh|git):\/\/[^#\s]+)/.exec(text)?.[1];
		if (url === undefined) return undefined;
		const path = url.replace(/^[a-z]+:\/\/[^/]*/i, "");
		const at = path.lastIndexOf("@");
		return { address: at === -1 ? url : url.slice(0, url.length - (path.length - at)), ref: at === -1 ? undefined : path.slice(at + 1) };
	}
	if (["npm", "yarn", "pnpm", "bun"].includes(call.manager)) {
		const match =
			/^(?:git\+(?:https?|ssh):\/\/|git:\/\/|(?:github|gitlab|bitbucket):|(?=https?:\/\/[^#\s]+\.git(?:#|$)|git@[\w.-]+:))([^#\s]+)(?:#([^\s]+))?$/.exec(
				text,
			);
		if (match !== null) return { address: match[1] ?? "", ref: refOf(match[2]) };
		// `owner/name#ref` is GitHub's; without a ref it reads like a folder.
		const short = /^(\w[\w.-]*\/[\w.-]+)#(\S+)$/.exec(text);
		return short === null ? undefined : { address: short[1] ?? "", ref: refOf(short[2]) };
	}
	return undefined;
}

/**
 * The ref behind the number sign: pnpm and Yarn take several parts there, of which `path:/folder` and `workspace=name` choose a folder.
 * Source: https://pnpm.io/cli/add#install-from-git-repository, https://yarnpkg.com/protocol/git
 */
function refOf(fragment: string | undefined): string | undefined {
	const part = fragment?.split("&").find((text) => !/^(?:path:|workspace=|cwd=)/.test(text));
	return part?.replace(/^(?:semver:|(?:commit|tag|head|semver)=)/, "");
}

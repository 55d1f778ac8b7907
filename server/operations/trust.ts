import { ToolError } from "../tools/errors.ts";

/** The error of everything that would run a tool or read a credential in a workspace that is not trusted. */
function untrustedError(): ToolError {
	return new ToolError("untrusted", "Nothing is run in a workspace that is not trusted", {
		hint: "Trust the workspace to build and scan; checks of Dockerfiles work without",
	});
}

/** @throws ToolError of kind `untrusted` */
export function requireTrust(context: { readonly trusted: boolean }): void {
	if (!context.trusted) throw untrustedError();
}

import { join } from "node:path";
import { dockerConfigPath } from "./dockerConfig.ts";

/**
 * The files that may hold logins, in the order in which they count: the one that `REGISTRY_AUTH_FILE` names, Docker's, and
 * those of podman, which have the same form. Source: containers-auth.json(5).
 */
export function loginFiles(environment: Readonly<Record<string, string | undefined>>, homeFolder: string): readonly string[] {
	const named = textOf(environment["REGISTRY_AUTH_FILE"]);
	const runtime = textOf(environment["XDG_RUNTIME_DIR"]);
	const configuration = textOf(environment["XDG_CONFIG_HOME"]) ?? join(homeFolder, ".config");
	return [
		...(named === undefined ? [] : [named]),
		dockerConfigPath(environment, homeFolder),
		...(runtime === undefined ? [] : [join(runtime, "containers", "auth.json")]),
		join(configuration, "containers", "auth.json"),
	];
}

function textOf(value: string | undefined): string | undefined {
	return value === "" ? undefined : value;
}

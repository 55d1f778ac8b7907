import { isInside, mountTarget } from "../files/mountCoverage.ts";
import type { Step } from "../model/model.ts";
import { mountOption, mountsOf } from "../model/mounts.ts";
import { normalPath } from "../variables/state.ts";
import { variableAt } from "../variables/variables.ts";

/** Whether Go takes the modules of a RUN from the folder `vendor`. */
export function isVendored(step: Step): boolean {
	const flags = variableAt(step, "GOFLAGS");
	return flags.kind === "set" && flags.value.includes("-mod=vendor");
}

/** Whether the modules, or some of what belongs to them, lie on a cache mount: a step without it does not see them, and it is empty where the step that filled it is cached. */
export function hasModuleCache(step: Step): boolean {
	const folders = moduleFolders(step);
	return mountsOf(step).some((mount) => {
		const written = mountOption(mount, "target")?.value;
		if (mount.type !== "cache" || written === undefined) return false;
		const target = mountTarget(step, mount);
		const holdsModules = target !== undefined && folders.some((folder) => isInside(folder, target) || isInside(target, folder));
		return holdsModules || OF_VARIABLE.test(written);
	});
}

const OF_VARIABLE = /^\$\{?(?:GOPATH\}?(?:\/pkg(?:\/mod(?:\/.*)?)?)?|GOMODCACHE\}?(?:\/.*)?)\/?$/;

/** Where Go's modules lie: the sources, and below `cache` what `go build` reads of them first. */
function moduleFolders(step: Step): readonly string[] {
	const [root, modules] = [variableAt(step, "GOPATH"), variableAt(step, "GOMODCACHE")];
	const roots = ["/go", "/root/go", ...(root.kind === "set" ? [normalPath(root.value)] : [])];
	return [...roots.map((folder) => `${folder}/pkg/mod`), ...(modules.kind === "set" ? [normalPath(modules.value)] : [])];
}

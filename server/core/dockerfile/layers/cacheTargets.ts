import type { CacheToolId } from "../../knowledge/cacheDirectories.ts";
import { commandsOf } from "../commands/scripts.ts";
import { isInside, mountCovers, mountTarget } from "../files/mountCoverage.ts";
import type { Step } from "../model/model.ts";
import { type Mount, mountOption, mountsOf } from "../model/mounts.ts";
import { rootBase } from "../model/stages.ts";
import { stepsBackwards } from "../variables/state.ts";
import { type CacheUse, cacheUsesOf, otherPlace } from "./cacheUses.ts";

/** The cache mounts of a RUN that are filled by what it runs, not from a stage or an image. */
export function cacheMountsOf(step: Step): readonly Mount[] {
	return mountsOf(step).filter((mount) => mount.type === "cache" && mountOption(mount, "from") === undefined);
}

/** A cache mount that holds a directory of a tool, or part of one. */
export interface CacheMountUse {
	readonly mount: Mount;
	readonly target: string;
	readonly use: CacheUse;
	readonly path: string;
}

/** The cache mounts of a RUN with the tools that fill them, as far as the file tells. */
export function cacheMountUses(step: Step): readonly CacheMountUse[] {
	return cacheMountsOf(step).flatMap((mount) => {
		const target = mountTarget(step, mount);
		if (target === undefined) return [];
		return cacheUsesOf(step).flatMap((use) =>
			use.paths
				.filter((path) => isInside(path, target) || isInside(target, path))
				.map((path): CacheMountUse => ({ mount, target, use, path })),
		);
	});
}

/** A mount that looks as if it were meant for a tool, and where the tool keeps its files in truth. */
export interface MisplacedCache {
	readonly mount: Mount;
	readonly target: string;
	readonly tool: string;
	readonly path: string;
}

/** How paths in homes end that are meant for a directory of a tool, in the order of its directories; absolute ones stand for themselves. */
const MEANT: Readonly<Partial<Record<CacheToolId, readonly (readonly string[])[]>>> = {
	apt: [["/var/cache/apts", "/var/cache/apt-get"], ["/var/lib/apts/lists"]],
	apk: [["/var/cache/apk"]],
	dnf: [["/var/cache/libdnf5", "/var/cache/yum"]],
	dnf5: [["/var/cache/dnf", "/var/cache/yum"]],
	yum: [["/var/cache/dnf", "/var/cache/libdnf5"]],
	pip: [[".cache/pip", ".pip"]],
	pipenv: [[".cache/pipenv"]],
	poetry: [[".cache/pypoetry", ".cache/pypoetry/cache", ".cache/poetry"]],
	uv: [[".cache/uv", ".uv", ".cache/pip"]],
	npm: [[".npm", ".cache/npm"]],
	yarn: [[".cache/yarn", ".yarn-cache", ".npm", "/usr/local/share/.cache/yarn"]],
	// Up to version 6 it was ~/.pnpm-store.
	pnpm: [[".local/share/pnpm/store", ".local/share/pnpm", ".pnpm-store"]],
	bun: [[".bun/install/cache", ".bun", ".cache/bun"]],
	"go modules": [["go/pkg/mod", "go/pkg", "/go/pkg/mod", "/go/pkg", "/go/mod/pkg"]],
	go: [
		[".cache/go-build", ".cache/go", "/go-build"],
		["go/pkg/mod", "go/pkg", "/go/pkg/mod", "/go/pkg", "/go/mod/pkg"],
	],
	cargo: [
		[".cargo/registry", ".cargo", "/usr/local/cargo/registry"],
		[".cargo/git", ".cargo/git/db", "/usr/local/cargo/git", "/usr/local/cargo/git/db"],
	],
	maven: [[".m2", ".m2/repository"]],
	gradle: [[".gradle", ".gradle/caches"]],
	nuget: [[".nuget/packages", ".nuget"]],
	// Gems that users install for themselves are there.
	bundler: [[], [".gem"]],
	composer: [[".composer/cache", ".composer", ".cache/composer"]],
};

/** Files that may say that a tool keeps its cache somewhere else. */
const CONFIGURATION: Readonly<Partial<Record<CacheToolId, RegExp>>> = {
	apk: /\/etc\/apk(?:\/cache)?(?![\w/])|setup-apkcache|\/etc\/apk\/cache/,
	pip: /pip\.conf/,
	poetry: /poetry\.toml|pypoetry\/config/,
	uv: /uv\.toml/,
	npm: /\.npmrc/,
	yarn: /\.yarnrc|XDG_CACHE_HOME/,
	pnpm: /\.npmrc|pnpm-workspace\.yaml|store-dir|pnpm@"?[\^~]?[1-6](?![0-9])/,
	bun: /bunfig\.toml/,
	maven: /settings\.xml|maven\.config/,
	nuget: /nuget\.config/i,
	bundler: /\.bundle|BUNDLE_PATH|GEM_HOME/,
};

/** The cache mounts of a RUN that lie next to the cache that they are meant for. Empty where a configuration could have moved it. */
export function misplacedCaches(step: Step): readonly MisplacedCache[] {
	const mounts = cacheMountsOf(step);
	if (mounts.length === 0) return [];
	const found: MisplacedCache[] = [];
	for (const use of cacheUsesOf(step)) {
		const meant = MEANT[use.tool.id];
		if (meant === undefined || isConfigured(use)) continue;
		for (const [index, ends] of meant.entries()) {
			const path = use.paths[index];
			if (path === undefined || mountCovers(step, path) !== "no") continue;
			for (const mount of mounts) {
				const target = mountTarget(step, mount);
				if (
					target === undefined ||
					cacheUsesOf(step).some((any) => any.paths.some((own) => isInside(target, own) || isInside(own, target)))
				)
					continue;
				if (ends.some((end) => isMeant(target, end) && !(use.tool.id === "yarn" && end === ".npm" && callsNpm(step))))
					found.push({ mount, target, tool: use.tool.id, path });
			}
		}
	}
	return found;
}

/** Whether something else in a RUN fills the cache of npm. */
function callsNpm(step: Step): boolean {
	return commandsOf(step).some(({ program }) => program === "npm" || program === "npx" || program === "node-gyp");
}

function isMeant(target: string, end: string): boolean {
	if (end.startsWith("/")) return target === end;
	const home = /^\/(?:root|home\/[^/]+)\//.exec(target)?.[0];
	return home !== undefined && target === home + end;
}

/** Whether something above, or in the same RUN, could have told the tool another place. */
function isConfigured(use: CacheUse): boolean {
	const { step, tool } = use;
	// In the image of gradle the one path is a link to the other.
	const base = rootBase(step.stage);
	if (tool.id === "gradle" && base.kind === "image" && base.reference.repository === "library/gradle") return true;
	if (otherPlace(use) !== undefined) return true;
	const pattern = CONFIGURATION[tool.id];
	return [step, ...stepsBackwards(step.stage, step)].some((earlier) => {
		if (earlier.keyword === "RUN" && commandsOf(earlier).some(configures)) return true;
		if (pattern === undefined || earlier.keyword === "FROM") return false;
		// The mount's own target is no configuration.
		const text = earlier.arguments.text;
		return pattern.test(text) || earlier.heredocs.some((heredoc) => pattern.test(heredoc.body.text));
	});
}

/** `npm config set cache …`, `npm set cache …`, `go env -w …`, `poetry config cache-dir …`, `dnf config-manager`. */
function configures({ program, args }: ReturnType<typeof commandsOf>[number]): boolean {
	if (!/^(?:npm|pnpm|yarn|pip3?|poetry|go|bundle|composer|dnf5?|yum|conda)$/.test(program ?? "")) return false;
	const words = args.map((word) => word.text);
	return /^(?:config|set|config-manager)$/.test(words[0] ?? "") || (words[0] === "env" && words.includes("-w"));
}

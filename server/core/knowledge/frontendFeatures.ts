/**
 * The Dockerfile version (`docker/dockerfile:1.N`) that brought a feature.
 * Source: Dockerfile reference, "Minimum Dockerfile version", and the release notes of the frontend up to 1.20. Read 2026-11.
 */

export interface FrontendFeature {
	/** As a message names it. */
	readonly name: string;
	readonly minor: number;
	/** The version whose labs channel has it, where that is an earlier one. */
	readonly labs?: number;
}

/** Flags, by instruction. `--chmod` with octal digits came with 1.2, as every BuildKit in use has it, and is left out. */
export const FLAG_FEATURES: Readonly<Record<string, Readonly<Record<string, FrontendFeature>>>> = {
	RUN: {
		mount: { name: "RUN --mount", minor: 2 },
		network: { name: "RUN --network", minor: 3 },
		security: { name: "RUN --security", minor: 20, labs: 1 },
	},
	COPY: {
		link: { name: "COPY --link", minor: 4 },
		exclude: { name: "COPY --exclude", minor: 19, labs: 7 },
		parents: { name: "COPY --parents", minor: 20, labs: 7 },
	},
	ADD: {
		link: { name: "ADD --link", minor: 4 },
		checksum: { name: "ADD --checksum", minor: 6 },
		"keep-git-dir": { name: "ADD --keep-git-dir", minor: 6 },
		unpack: { name: "ADD --unpack", minor: 17 },
		exclude: { name: "ADD --exclude", minor: 19, labs: 7 },
	},
	HEALTHCHECK: { "start-interval": { name: "HEALTHCHECK --start-interval", minor: 6 } },
};

export const HEREDOC: FrontendFeature = { name: "A heredoc", minor: 4 };
export const GIT_SOURCE: FrontendFeature = { name: "ADD of a Git repository", minor: 6 };
export const MODE_VARIABLE: FrontendFeature = { name: "A variable in --chmod", minor: 10 };
export const SECRET_ENVIRONMENT: FrontendFeature = { name: "A secret as a variable", minor: 10 };
export const TRIGGER_FROM: FrontendFeature = { name: "ONBUILD with --from", minor: 11 };
export const SYMBOLIC_MODE: FrontendFeature = { name: "A symbolic mode in --chmod", minor: 14 };
export const GIT_CHECKSUM: FrontendFeature = { name: "ADD --checksum of a Git repository", minor: 16 };

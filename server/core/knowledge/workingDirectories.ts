/**
 * Official images whose configuration has no WORKDIR, so that what is relative starts at the root. Source: the Dockerfiles of
 * docker-library. Read 2026-11.
 */
export const WITHOUT_WORKDIR: ReadonlySet<string> = new Set(
	[
		"node",
		"python",
		"ruby",
		"nginx",
		"openjdk",
		"eclipse-temurin",
		"amazoncorretto",
		"rust",
		"swift",
		"erlang",
		"elixir",
		"gcc",
		"pypy",
	].map((name) => `docker.io/library/${name}`),
);

/** Official images that set a WORKDIR in every variant, `/go` or `/data`. Source: the Dockerfiles of docker-library. Read 2026-11. */
export const WITH_WORKDIR: ReadonlySet<string> = new Set(
	["golang", "httpd", "redis", "tomcat", "ghost"].map((name) => `docker.io/library/${name}`),
);

/**
 * Builds as BuildKit 0.32 recorded them in maximum mode, put together from the parts that attribution reads. Layers are
 * called L0, L1 … from the bottom up; lines are one-based, as in the documents.
 */

export interface RecordedStep {
	readonly op: object;
	/** Ids of inputs without `:0`. */
	readonly inputs: readonly string[];
	/** Each entry is one instruction; an empty one has no ranges. Undefined: the step has no entry at all. */
	readonly places?: readonly (readonly number[])[];
	/** The last layer of the chain, `L0` being the first; or the layers in full. */
	readonly layers?: number | readonly string[];
}

export interface RecordedBuild {
	readonly dockerfile: string;
	readonly steps: readonly RecordedStep[];
	/** `created_by`, empty layers marked. */
	readonly history: readonly (readonly [string, "empty"?])[];
	readonly layerCount: number;
}

const source = (identifier: string): object => ({ source: { identifier } });
const exec = (...mounts: readonly object[]): object => ({
	exec: { meta: { args: ["/bin/sh"] }, mounts: mounts.length > 0 ? mounts : [{ dest: "/" }] },
});
const copy = (input: number, secondaryInput: number, src: string, dest: string): object => ({
	file: { actions: [{ input, secondaryInput, output: 0, Action: { copy: { src, dest } } }] },
});
const mkdir = (path: string): object => ({ file: { actions: [{ input: 0, secondaryInput: -1, output: 0, Action: { mkdir: { path } } }] } });
const mkfile = (path: string): object => ({
	file: { actions: [{ input: -1, secondaryInput: -1, output: 0, Action: { mkfile: { path, data: "aGVsbG8K" } } }] },
});

/** Two lineage stages, COPY --from, COPY --link with its merge, a heredoc, and a base step that two FROM share. */
export const A1: RecordedBuild = {
	dockerfile: `# syntax-less sample
ARG BASE=localhost:5055/base:1
FROM \${BASE} AS build
ARG VERSION=1.2.3
WORKDIR /src
COPY go.mod ./
RUN echo built-$VERSION > /src/out && \\
    mkdir -p /opt/dist && cp /src/out /opt/dist/tool

FROM localhost:5055/base:1 AS mid
ENV FOO=bar
RUN echo mid > /mid.txt

FROM mid
LABEL a=b
COPY --from=build /opt/dist/tool /usr/local/bin/tool
COPY --link go.mod /licenses/
WORKDIR /app
RUN <<EOF
echo one > /app/one
echo two > /app/two
EOF
EXPOSE 80
USER 1000:1000
HEALTHCHECK CMD ["true"]
VOLUME /data
CMD ["sh", "-c", "echo hi"]
`,
	steps: [
		{ op: source("docker-image://localhost:5055/base:1@sha256:ba5e"), inputs: [], places: [[10], [3]], layers: 2 },
		{ op: exec({ dest: "/" }), inputs: ["step0"], places: [[12]], layers: 3 },
		{ op: mkdir("/src"), inputs: ["step0"], places: [[5]] },
		{ op: source("local://context"), inputs: [], places: [] },
		{ op: copy(0, 1, "/go.mod", "/src/"), inputs: ["step2", "step3"], places: [[6]] },
		{ op: exec(), inputs: ["step4"], places: [[7, 8]] },
		{ op: copy(0, 1, "/opt/dist/tool", "/usr/local/bin/tool"), inputs: ["step1", "step5"], places: [[16]], layers: 4 },
		{ op: copy(-1, 0, "/go.mod", "/licenses/"), inputs: ["step3"], places: [[17]], layers: ["L5"] },
		{ op: { merge: { inputs: [{}, { input: 1 }] } }, inputs: ["step6", "step7"], places: [[17]], layers: 5 },
		{ op: mkdir("/app"), inputs: ["step8"], places: [[18]], layers: 6 },
		{ op: exec(), inputs: ["step9"], places: [[19, 20, 21, 22]], layers: 7 },
		{ op: {}, inputs: ["step10"] },
	],
	history: [
		["COPY busybox /bin/busybox # buildkit"],
		["RUN /bin/busybox --install -s /bin # buildkit"],
		["RUN /bin/sh -c mkdir /tmp # buildkit"],
		['CMD ["/bin/sh"]', "empty"],
		["ENV FOO=bar", "empty"],
		["RUN /bin/sh -c echo mid > /mid.txt # buildkit"],
		["LABEL a=b", "empty"],
		["COPY /opt/dist/tool /usr/local/bin/tool # buildkit"],
		["COPY go.mod /licenses/ # buildkit"],
		["WORKDIR /app"],
		["RUN /bin/sh -c echo one > /app/one\necho two > /app/two\n # buildkit"],
		["EXPOSE [80/tcp]", "empty"],
		["USER 1000:1000", "empty"],
		['HEALTHCHECK {Test:["CMD" "true"]}', "empty"],
		["VOLUME [/data]", "empty"],
		['CMD ["sh" "-c" "echo hi"]', "empty"],
	],
	layerCount: 8,
};

/** ONBUILD triggers, mounts, a comment inside a RUN, a heredoc COPY, an image as source, and a base whose chain is not listed. */
export const A2: RecordedBuild = {
	dockerfile: `ARG X=1
FROM localhost:5055/onb:1
ARG X
ARG Y=zz
SHELL ["/bin/sh","-ec"]
RUN --mount=type=cache,target=/c --mount=type=bind,from=localhost:5055/base:1,source=/etc,target=/m \\
    # a comment
    echo $X \\
      && echo $Y > /y
COPY --chown=1:1 --chmod=755 go.mod ./
ADD go.mod /add/
COPY <<FILE /f.txt
hello
FILE
COPY --from=localhost:5055/base:1 /etc/os-release /osr
RUN ["/bin/sh","-c","echo hi"]
WORKDIR /a
WORKDIR b
STOPSIGNAL SIGTERM
ENTRYPOINT exec top -b
`,
	steps: [
		{ op: source("docker-image://localhost:5055/onb:1@sha256:0b"), inputs: [], places: [[2]] },
		{ op: exec(), inputs: ["step0"], places: [[2]], layers: 3 },
		{ op: source("local://context"), inputs: [], places: [] },
		{ op: copy(0, 1, "/go.mod", "/onb.mod"), inputs: ["step1", "step2"], places: [[2]], layers: 4 },
		{ op: source("docker-image://localhost:5055/base:1@sha256:ba5e"), inputs: [], places: [[], [15]], layers: 2 },
		{
			op: exec(
				{ dest: "/" },
				{ input: -1, dest: "/c", output: -1, mountType: 3 },
				{ input: 1, selector: "/etc", dest: "/m", output: -1, readonly: true },
			),
			inputs: ["step3", "step4"],
			places: [[6, 7, 8, 9]],
			layers: 5,
		},
		{ op: copy(0, 1, "/go.mod", "/"), inputs: ["step5", "step2"], places: [[10]], layers: 6 },
		{ op: copy(0, 1, "/go.mod", "/add/"), inputs: ["step6", "step2"], places: [[11]], layers: 7 },
		{ op: mkfile("/FILE"), inputs: [], places: [] },
		{ op: copy(0, 1, "/FILE", "/f.txt"), inputs: ["step7", "step8"], places: [[12, 13, 14]], layers: 8 },
		{ op: copy(0, 1, "/etc/os-release", "/osr"), inputs: ["step9", "step4"], places: [[15]], layers: 9 },
		{ op: exec(), inputs: ["step10"], places: [[16]], layers: 10 },
		{ op: mkdir("/a"), inputs: ["step11"], places: [[17]], layers: 11 },
		{ op: mkdir("/a/b"), inputs: ["step12"], places: [[18]], layers: 12 },
		{ op: {}, inputs: ["step13"] },
	],
	history: [
		["COPY busybox /bin/busybox # buildkit"],
		["RUN /bin/busybox --install -s /bin # buildkit"],
		["RUN /bin/sh -c mkdir /tmp # buildkit"],
		['CMD ["/bin/sh"]', "empty"],
		["RUN /bin/sh -c echo onb > /onb # buildkit"],
		["COPY go.mod /onb.mod # buildkit"],
		["ARG X=5", "empty"],
		["ARG Y=zz", "empty"],
		["SHELL [/bin/sh -ec]", "empty"],
		["RUN |2 X=5 Y=zz /bin/sh -ec echo $X       && echo $Y > /y # buildkit"],
		["COPY --chown=1:1 --chmod=755 go.mod ./ # buildkit"],
		["ADD go.mod /add/ # buildkit"],
		["COPY <<FILE /f.txt # buildkit"],
		["COPY /etc/os-release /osr # buildkit"],
		["RUN |2 X=5 Y=zz /bin/sh -c echo hi # buildkit"],
		["WORKDIR /a"],
		["WORKDIR /a/b"],
		["STOPSIGNAL SIGTERM", "empty"],
		['ENTRYPOINT ["/bin/sh" "-ec" "exec top -b"]', "empty"],
	],
	layerCount: 13,
};

/** The predicate that BuildKit writes for a recorded build, in one of the two versions of SLSA provenance. */
export function predicateOf(build: RecordedBuild, version: "v0.2" | "v1"): unknown {
	const data = Buffer.from(build.dockerfile).toString("base64");
	const descriptor = (digest: string): object => ({ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest, size: 10 });
	const chain = (layers: number | readonly string[]): readonly string[] =>
		typeof layers === "number" ? Array.from({ length: layers + 1 }, (_, index) => `L${index}`) : layers;
	const locations = build.steps.flatMap(({ places }, index) => {
		if (places === undefined) return [];
		const entries = places.map((lines) =>
			lines.length === 0 ? {} : { ranges: lines.map((line) => ({ start: { line }, end: { line } })) },
		);
		return [[`step${index}`, entries.length === 0 ? {} : { locations: entries }]];
	});
	const layers = build.steps.flatMap((step, index) =>
		step.layers === undefined ? [] : [[`step${index}:0`, [chain(step.layers).map(descriptor)]]],
	);
	const buildConfig = {
		llbDefinition: build.steps.map(({ op, inputs }, index) => ({
			id: `step${index}`,
			op: { Op: op, constraints: {} },
			...(inputs.length === 0 ? {} : { inputs: inputs.map((input) => `${input}:0`) }),
		})),
		digestMapping: Object.fromEntries(build.steps.map((_, index) => [`sha256:${index}`, `step${index}`])),
	};
	const extras = {
		source: { locations: Object.fromEntries(locations), infos: [{ filename: "Dockerfile", language: "Dockerfile", data }] },
		layers: Object.fromEntries(layers),
	};
	if (version === "v1") {
		return {
			buildDefinition: {
				buildType: "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
				externalParameters: { configSource: { path: "Dockerfile" }, request: { frontend: "dockerfile.v0" } },
				internalParameters: { builderPlatform: "linux/amd64", buildConfig },
			},
			runDetails: { builder: { id: "" }, metadata: { buildkit_metadata: extras } },
		};
	}
	return {
		builder: { id: "" },
		buildType: "https://mobyproject.org/buildkit@v1",
		invocation: { configSource: { entryPoint: "Dockerfile" }, parameters: { frontend: "dockerfile.v0" } },
		buildConfig,
		metadata: { "https://mobyproject.org/buildkit@v1#metadata": extras },
	};
}

/** The same build in an engine with the old store: `COPY --link` copies on top of the lineage, chains hold DiffIDs, unused ones are empty. */
export const A1_CLASSIC: RecordedBuild = {
	...A1,
	steps: [
		...A1.steps.slice(0, 2),
		{ ...(A1.steps[2] as RecordedStep), layers: [] },
		...A1.steps.slice(3, 7),
		{ op: copy(0, 1, "/go.mod", "/licenses/"), inputs: ["step6", "step3"], places: [[17]], layers: 5 },
		{ op: mkdir("/app"), inputs: ["step7"], places: [[18]], layers: 6 },
		{ op: exec(), inputs: ["step8"], places: [[19, 20, 21, 22]], layers: 7 },
		{ op: {}, inputs: ["step9"] },
	],
};

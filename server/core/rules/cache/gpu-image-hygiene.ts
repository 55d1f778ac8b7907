import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { removeAssignment, replace } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { Fix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const RUNTIME = /^(?:nvidia-container-toolkit(?:-base)?|nvidia-container-runtime|nvidia-docker2?|libnvidia-container(?:1|-tools))$/;
const TOOLKIT =
	/^(?:cuda(?:-(?:toolkit|runtime|libraries|compiler|nvcc|cudart|minimal-build|command-line-tools))?(?:-(?:dev|\d+))*|nvidia-cuda-toolkit)$/;

const CUDNN = /^libcudnn\d+(?:-cuda-\d+)?(-dev)?$/;
/** Programs that ask the driver, and calls of Python that do. */
const ASKS: ReadonlySet<string> = new Set(["nvidia-smi", "nvidia-debugdump"]);
const ASKING =
	/torch\.cuda\.(?:is_available|get_device|device_count|current_device)|tf\.(?:config\.list_physical_devices|test\.is_gpu_available)/;

/** They name the devices that a process sees. */
const DEVICE_VARIABLES: ReadonlySet<string> = new Set(["NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"]);
/** Numbers, or what one card of one machine is called. Source: NVIDIA's container toolkit, "Environment variables". */
const DEVICES = /^(?:\d+|(?:GPU|MIG)-[\w/-]+)(?:,(?:\d+|(?:GPU|MIG)-[\w/-]+))*$/i;

export const gpuImageHygiene = defineRule({
	id: "gpu-image-hygiene",
	title: "An image for GPUs holds or fixes what the host decides",
	category: "cache",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same([
		"tally",
		"gpu/cuda-version-mismatch",
		"gpu/no-buildtime-gpu-queries",
		"gpu/no-container-runtime-in-image",
		"gpu/no-hardcoded-visible-devices",
		"gpu/no-redundant-cuda-install",
		"gpu/prefer-minimal-driver-capabilities",
	]),
	subCodes: {
		capabilities: "All capabilities of the driver are asked for",
		devices: "The devices are fixed in the image",
		query: "A GPU is asked for while the image is built",
		runtime: "The container runtime is installed in the container",
		toolkit: "CUDA is installed over an image that has it",
		version: "Packages are for another CUDA than the base image",
	},
	onlyWith: { words: ["nvidia", "libnvidia", "cuda", "pytorch", "tensorflow"] },
	why: "Which GPUs a container sees is decided where it runs; an image that names them takes those of its neighbours. There is no GPU in a build: what asks for one fails, or compiles for none. A second CUDA is gigabytes, and the one that is loaded first wins.",
	remedy:
		"Leave `NVIDIA_VISIBLE_DEVICES` to whoever starts the container, ask for `compute,utility`, install the container toolkit on the host, and take CUDA from the base image alone, in the version that the wheels want.",
	references: ["https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html"],
	examples: [
		{
			caption: "More of the driver than a computation needs",
			bad: "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nENV NVIDIA_DRIVER_CAPABILITIES=«all»\n",
			fixed: "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nENV NVIDIA_DRIVER_CAPABILITIES=compute,utility\n",
		},
		{
			caption: "What a computation needs",
			good: "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nENV NVIDIA_DRIVER_CAPABILITIES=compute,utility\n",
		},
		{
			caption: "Capabilities and devices",
			bad: "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nENV NVIDIA_DRIVER_CAPABILITIES=«all»\nENV A=1 «NVIDIA_VISIBLE_DEVICES=0»\nENV «CUDA_VISIBLE_DEVICES=0,1»\nENV «NVIDIA_VISIBLE_DEVICES=GPU-8f6c1a2b-1111-2222-3333-444455556666»\n",
			fixed: "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nENV NVIDIA_DRIVER_CAPABILITIES=compute,utility\nENV A=1\n",
		},
		{
			caption: "A GPU in the build, a runtime in the container",
			bad: "FROM debian:12\nRUN «nvidia-smi» && apt-get install -y a «nvidia-container-toolkit»\nRUN «python» -c 'import torch; assert torch.cuda.is_available()'\n",
		},
		{
			caption: "CUDA twice, and in another version",
			bad: "FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nRUN apt-get update && apt-get install -y «cuda-toolkit-12-2» curl\nRUN pip install torch --index-url «https://download.pytorch.org/whl/cu118» && pip install «--index-url=https://download.pytorch.org/whl/cu118» torch\nRUN pip install «torch==2.2.0+cu118» && conda install pytorch «cudatoolkit=11.8»\n",
		},
		{
			caption: "The same asked by TensorFlow, and a backend of uv",
			bad: "FROM tensorflow/tensorflow:2.14.0-gpu\nRUN «python» -c 'import tensorflow as tf; print(tf.test.is_gpu_available())'\nFROM nvidia/cuda:12.4.0-runtime-ubuntu22.04\nRUN uv pip install --torch-backend «cu118» torch\nRUN uv pip install «--torch-backend=cu118» torch\n",
		},
		{
			caption: "What the variant of the image has",
			bad: "FROM nvidia/cuda:12.2.0-cudnn8-devel-ubuntu22.04\nRUN apt-get install -y «libcudnn8-dev» «cuda-toolkit»\nFROM nvidia/cuda:12.2.0-runtime-ubuntu22.04\nRUN apt-get install -y «cuda-runtime-12-2» «cuda-libraries-12-2» «cuda-toolkit-11-8»\n",
		},
		{
			caption: "What it has not",
			good: "FROM nvidia/cuda:12.2.0-cudnn8-runtime-ubuntu22.04\nRUN apt-get install -y libcudnn8-dev cuda-toolkit cuda-nvcc-12-2\nFROM nvidia/cuda:12.2.0-base-ubuntu22.04\nRUN apt-get install -y cuda-libraries-12-2 libcudnn8\n",
		},
		{
			caption: "As it should be",
			good: "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nENV NVIDIA_DRIVER_CAPABILITIES=compute,utility NVIDIA_REQUIRE_CUDA=1\nRUN pip install torch --index-url https://download.pytorch.org/whl/cu124 torch==2.2.0+cu121 && conda install pytorch-cuda=12.1 && nvidia-smi || true\nFROM debian:12\nRUN apt-get install -y cuda-toolkit-12-2\nENV NVIDIA_VISIBLE_DEVICES=void\nENV NVIDIA_VISIBLE_DEVICES=all\n",
		},
	],
	check(file) {
		if (!/nvidia|cuda|torch|tensorflow/i.test(file.text)) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			reports.push(...settings(file, stage));
			const version = cudaOf(stage);
			for (const step of runSteps(stage)) {
				for (const command of commandsOf(step)) {
					const asks = ASKS.has(command.program ?? "") || command.args.some((word) => ASKING.test(word.text));
					if (asks && command.name !== undefined && !isOptional(commandsOf(step), command))
						reports.push({ span: command.name.span, message: "A build has no GPU to ask for", subCode: "query" });
				}
				for (const call of packageCallsOf(step)) {
					if (call.kind !== "install") continue;
					for (const word of call.operands) {
						const name = (word.value ?? "").split("=")[0] ?? "";
						if (RUNTIME.test(name))
							reports.push({ span: word.span, message: `${name} belongs on the host, not in the container`, subCode: "runtime" });
						else if (version !== undefined && call.manager !== "pip" && isThere(name, version)) {
							const there = CUDNN.test(name) ? "cuDNN" : `CUDA ${version.text}`;
							reports.push({
								span: word.span,
								message: `${shortened(name, 30)} is installed over ${there} of the base image`,
								subCode: "toolkit",
							});
						}
					}
					if (version !== undefined) reports.push(...otherVersions(call, version));
				}
			}
		}
		return reports;
	},
});

/** Whether the build goes on without an answer. */
function isOptional(commands: readonly ShellCommand[], command: ShellCommand): boolean {
	const next = commands[commands.indexOf(command) + 1];
	return next?.connector === "||" || command.within.length > 0;
}

/** Whether the base image has what a package holds, or another version of it. NVIDIA's `base` has no libraries, and only `devel` the compiler. */
function isThere(name: string, { text, tag }: CudaVersion): boolean {
	const variant = /-(base|runtime|devel)(?:-|$)/.exec(tag)?.[1] ?? "devel";
	const cudnn = CUDNN.exec(name);
	if (cudnn !== null) return /cudnn/.test(tag) && (cudnn[1] === undefined || variant === "devel");
	if (!TOOLKIT.test(name)) return false;
	const own = /-(\d+)-(\d+)$/.exec(name);
	if (name.startsWith("nvidia") || (own !== null && `${own[1]}.${own[2]}` !== text)) return true;
	if (/toolkit|compiler|nvcc|command-line|minimal-build|-dev/.test(name)) return variant === "devel";
	return variant !== "base" || !name.includes("libraries");
}

/** What a word says of the CUDA that something is built for: pip's index, a version's suffix, a package of conda. */
const BUILT_FOR = [
	/^https:\/\/download\.pytorch\.org\/whl\/cu(\d\d)(\d)\/?$/,
	/==[\w.]+\+cu(\d\d)(\d)$/,
	/^cu(\d\d)(\d)$/,
	/^(?:cudatoolkit|pytorch-cuda|cuda-version)=+(\d+)\.(\d+)/,
];

/** Words of an install that are for another CUDA than the base image has. */
function otherVersions({ options, operands }: PackageCall, version: CudaVersion): readonly Report[] {
	const words = [
		...options.flatMap(({ value, valueWord, word }) => (value === undefined ? [] : [{ value, span: (valueWord ?? word).span }])),
		...operands.map(({ value = "", span }) => ({ value, span })),
	];
	return words.flatMap(({ value, span }) => {
		const [, major, minor] = BUILT_FOR.map((pattern) => pattern.exec(value)).find((match) => match !== null) ?? [];
		if (major === undefined || major === version.major) return [];
		return [{ span, message: `This is for CUDA ${major}.${minor}, the base image has ${version.text}`, subCode: "version" }];
	});
}

interface CudaVersion {
	readonly major: string;
	readonly text: string;
	/** Of the image, which says what else is in it. */
	readonly tag: string;
}

/** The version of CUDA that the base image brings. */
function cudaOf(stage: Stage): CudaVersion | undefined {
	const base = rootBase(stage);
	if (base.kind !== "image" || !/(?:^|\/)nvidia\/cuda$/.test(base.reference.repository)) return undefined;
	const tag = base.reference.tag ?? "";
	const match = /^(\d+)\.(\d+)/.exec(tag);
	return match === null ? undefined : { major: match[1] as string, text: match[0], tag };
}

function settings(file: Dockerfile, stage: Stage): readonly Report[] {
	const reports: Report[] = [];
	for (const step of stage.steps) {
		if (step.keyword !== "ENV") continue;
		for (const assignment of assignmentsOf(step, file.escape)) {
			const { name, value = "", valueSpan } = assignment;
			const plain = value.replace(/^(["'])(.*)\1$/su, "$2");
			if (name === "NVIDIA_DRIVER_CAPABILITIES" && plain === "all" && valueSpan !== undefined) {
				reports.push({
					span: valueSpan,
					message: "The image asks for all capabilities of the driver",
					subCode: "capabilities",
					fixes: [{ title: "Ask for compute,utility", safety: "review", edits: [replace(valueSpan, "compute,utility")] }],
				});
			}
			// The images of CUDA say `all` themselves; others need to, or no device is seen.
			if (
				DEVICE_VARIABLES.has(name) &&
				(DEVICES.test(plain) || (plain === "all" && name.startsWith("NVIDIA") && cudaOf(stage) !== undefined))
			) {
				const edit = removeAssignment(file, step, assignment);
				const fixes: readonly Fix[] =
					edit === undefined ? [] : [{ title: "Leave it to whoever starts the container", safety: "review", edits: [edit] }];
				reports.push({
					span: assignment.span,
					message: `The image takes the devices ${shortened(plain, 30)} wherever it runs`,
					subCode: "devices",
					fixes,
				});
			}
		}
	}
	return reports;
}

import { NPM_7 } from "../../knowledge/firstLines.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { isFromLine } from "../base/distributionLine.ts";
import { nodeMajor } from "../base/nodeVersion.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Step } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { anyStep } from "../model/stepFold.ts";
import { stepText } from "../model/stepText.ts";
import { variableAt } from "../variables/variables.ts";
import { mayBeConfigured } from "./configurations.ts";
import { installedPackages } from "./installedPackages.ts";

/** Tags of Node without a version that are new, whenever they were pulled. */
const NEW_NODE =
	/^(?:latest|lts|current|alpine|slim|bullseye|bookworm|trixie|gallium|hydrogen|iron|jod|krypton)(?:-(?:alpine(?:3\.(?:1[5-9]|[2-9]\d))?|slim|bullseye|bookworm|trixie))*$/;

const NO_FILES = /(?!)/;
/** Node 15 and later from NodeSource, or as a module of Red Hat's systems. */
const NEW_SOURCE = /(?:setup|node)_(?:(?:1[5-9]|[2-9]\d)\.x|lts|current)|\bnodejs:(?:1[5-9]|[2-9]\d)\b/;
const OLD_SOURCE = /(?:setup|node)_(?:\d|1[0-4])\.x|\bnpm@\D?[1-6](?:\.|["'\s]|$)/;

/** What switches between versions of Node, which bring their npm. */
const SWITCHERS = /^(?:n|nvm|fnm|volta|asdf|mise)$/;
/** Those of them that serve other tools, too, and name the tool in their calls. */
const MANY_TOOLS = /^(?:volta|asdf|mise)$/;
/** Verbs and options of theirs that bring no Node, or take one away. */
const BRINGS_NOTHING =
	/^(?:-h|--help|-V|-v|--version|alias|activate|cache|completions|current|doctor|env|list|ls|plugins?(?:-\w+)?|prune|reshim|rm|setup|uninstall|which)$/;
const NEW_VERSION = /^(?:node(?:js)?@)?(?:v?(?:1[5-9]|[2-9]\d)(?:\.|$)|lts(?:\/\*)?$|latest$|current$|stable$)|^--(?:lts|latest)$|^node$/;

/** Whether one of those may bring a Node older than 15, whose npm is older than 7. */
const oldNodes = anyStep((step) => step.keyword === "RUN" && commandsOf(step).some((command) => mayBringOldNode(step, command)));

function mayBringOldNode(step: Step, { program, args }: ShellCommand): boolean {
	if (!SWITCHERS.test(program ?? "")) return false;
	const words = args.map((word) => wordValue(step, word));
	if (words.length === 0 || BRINGS_NOTHING.test(words[0] ?? "")) return false;
	const isForAnother = MANY_TOOLS.test(program ?? "") && words.length > 1 && !words.some((word) => word === undefined || /node/.test(word));
	if (isForAnother) return false;
	return !words.some((word) => word !== undefined && NEW_VERSION.test(word));
}

const SOURCE_OF_VARIABLE = /(?:setup|node)_\$\{?(\w+)\}?\.x/;

/** `setup_$NODE_MAJOR.x` */
const newSourceByVariable = anyStep((step) => {
	const name = step.keyword === "RUN" ? SOURCE_OF_VARIABLE.exec(stepText(step))?.[1] : undefined;
	const value = name === undefined ? undefined : variableAt(step, name);
	return value?.kind === "set" && Number(value.value) >= 15;
});

const npmPackages = anyStep((step) => step.keyword === "RUN" && installedPackages(step).some(({ name }) => name === "npm"));

/**
 * Whether the npm of a RUN is certain to be version 7 or later, which came with Node 15: it knows `--omit`, and forgot about
 * `--unsafe-perm`.
 */
export function hasNewNpm(step: Step): boolean {
	if (oldNodes.upTo(step) || mayBeConfigured(step, OLD_SOURCE, NO_FILES)) return false;
	if (hasNewNode(step) || mayBeConfigured(step, NEW_SOURCE, NO_FILES) || newSourceByVariable.upTo(step)) return true;
	return npmPackages.upTo(step) && isFromLine(step.stage, NPM_7) === true;
}

/** Whether the npm of a RUN is certain to be version 5 or later, which came with Node 8: it empties its cache only with `--force`. */
export function cleansByForce(step: Step): boolean {
	if (hasNewNpm(step)) return true;
	return (nodeMajor(step.stage) ?? 0) >= 8 && !oldNodes.upTo(step) && !mayBeConfigured(step, OLD_SOURCE, NO_FILES);
}

function hasNewNode({ stage }: Step): boolean {
	const major = nodeMajor(stage);
	if (major !== undefined) return major >= 15;
	const base = rootBase(stage);
	if (base.kind !== "image" || base.reference.repository !== "library/node") return false;
	return base.reference.tag === undefined ? base.reference.digest === undefined : NEW_NODE.test(base.reference.tag);
}

import { innermost } from "../../dockerfile/commands/commandPlace.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { insertAt, replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { mountOption, mountsOf } from "../../dockerfile/model/mounts.ts";
import { stageValue } from "../../dockerfile/variables/variableSecrets.ts";
import { declarationAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

interface Framework {
	readonly title: string;
	/** The word that asks for the build step. */
	readonly task: RegExp;
	/** The variables that the framework insists on. */
	readonly secrets: readonly string[];
	/** What makes it go without. */
	readonly instead: string | undefined;
}

/** Source: Rails 7.1 release notes (SECRET_KEY_BASE_DUMMY), Django 5 and Symfony 7 documentation. Read 2026-11. */
const FRAMEWORKS: readonly Framework[] = [
	{ title: "Rails", task: /^assets:precompile$/, secrets: ["RAILS_MASTER_KEY", "SECRET_KEY_BASE"], instead: "SECRET_KEY_BASE_DUMMY=1" },
	{
		title: "Django",
		task: /^(?:collectstatic|compress|compilemessages)$/,
		secrets: ["SECRET_KEY", "DJANGO_SECRET_KEY"],
		instead: undefined,
	},
	{
		title: "Symfony",
		task: /^(?:cache:clear|cache:warmup|assets:install|asset-map:compile)$/,
		secrets: ["APP_SECRET"],
		instead: undefined,
	},
];

export const secretAssetPrecompile = defineRule({
	id: "secret-asset-precompile",
	title: "Building assets is given the application's real secret",
	category: "secrets",
	severity: "warning",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "ruby/asset-precompile-without-dummy-key"]),
	onlyWith: { instructions: ["RUN"], words: ["assets", "asset", "collectstatic", "compress", "compilemessages", "cache"] },
	why: "The framework checks at its start that a secret is set; compiling style sheets and scripts does not use it. The real key is then in a place where it is not needed: in the arguments of the build, its history and its provenance. With it anybody can forge sessions and read encrypted settings.",
	remedy:
		"Give the step a value that is good for nothing: `SECRET_KEY_BASE_DUMMY=1` for Rails 7.1 and later, `SECRET_KEY=dummy` on that RUN alone for Django. The real secret comes when the container starts.",
	references: [
		"https://guides.rubyonrails.org/7_1_release_notes.html",
		"https://docs.djangoproject.com/en/5.1/howto/static-files/deployment/",
		"https://docs.docker.com/build/building/secrets/",
	],
	examples: [
		{ caption: "A placeholder", good: "FROM ruby:3.3\nRUN SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile\n" },
		{
			caption: "Rails with the key as an argument",
			bad: "FROM ruby:3.3\nARG RAILS_MASTER_KEY\nRUN bundle exec rails «assets:precompile»\n",
			fixed: "FROM ruby:3.3\nARG RAILS_MASTER_KEY\nRUN SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile\n",
		},
		{
			caption: "Handed over in the step",
			bad: 'FROM ruby:3.3\nARG KEY\nRUN SECRET_KEY_BASE=$KEY bin/rails «assets:precompile» && true\nRUN RAILS_ENV=production RAILS_MASTER_KEY="$(cat /k)" rake «assets:precompile»\n',
			fixed:
				"FROM ruby:3.3\nARG KEY\nRUN SECRET_KEY_BASE_DUMMY=1 bin/rails assets:precompile && true\nRUN RAILS_ENV=production SECRET_KEY_BASE_DUMMY=1 rake assets:precompile\n",
		},
		{
			caption: "Mounted; other frameworks",
			bad: "FROM ruby:3.3\nRUN --mount=type=secret,id=k,env=RAILS_MASTER_KEY bin/rails «assets:precompile»\nFROM python:3.12\nARG DJANGO_SECRET_KEY\nRUN python manage.py «collectstatic» --noinput\nFROM php:8\nARG S\nRUN APP_SECRET=$S php bin/console «cache:clear»\n",
			fixed:
				"FROM ruby:3.3\nRUN --mount=type=secret,id=k,env=RAILS_MASTER_KEY SECRET_KEY_BASE_DUMMY=1 bin/rails assets:precompile\nFROM python:3.12\nARG DJANGO_SECRET_KEY\nRUN python manage.py collectstatic --noinput\nFROM php:8\nARG S\nRUN APP_SECRET=$S php bin/console cache:clear\n",
		},
		{
			caption: "Once, behind the programs that run it; behind sudo a variable in front of it would not arrive",
			bad: "FROM ruby:3.3\nARG RAILS_MASTER_KEY\nRUN sudo bundle exec rails «assets:precompile»\nRUN sudo -E bundle exec rails «assets:precompile»\nRUN nice bundle exec rails «assets:precompile»\nFROM python:3.12\nARG DJANGO_SECRET_KEY\nRUN poetry run python manage.py «collectstatic» && uv run manage.py «collectstatic»\n",
			fixed:
				"FROM ruby:3.3\nARG RAILS_MASTER_KEY\nRUN sudo bundle exec rails assets:precompile\nRUN sudo -E bundle exec rails assets:precompile\nRUN SECRET_KEY_BASE_DUMMY=1 nice bundle exec rails assets:precompile\nFROM python:3.12\nARG DJANGO_SECRET_KEY\nRUN poetry run python manage.py collectstatic && uv run manage.py collectstatic\n",
		},
		{
			caption: "In front of programs that pass the environment on; not where env clears it, or sets the key itself",
			bad: "FROM ruby:3.3\nARG RAILS_MASTER_KEY\nRUN SECRET_KEY_BASE=$SECRET_KEY_BASE timeout 600 rails «assets:precompile»\nRUN RAILS_MASTER_KEY=$RAILS_MASTER_KEY nice rails «assets:precompile»\nRUN env RAILS_ENV=production bundle exec rails «assets:precompile»\nRUN xvfb-run rails «assets:precompile»\nRUN env -i A=b rails «assets:precompile»\nRUN env - rails «assets:precompile»\nRUN env -u A rails «assets:precompile»\nRUN env RAILS_MASTER_KEY=$RAILS_MASTER_KEY rails «assets:precompile»\n",
			fixed:
				"FROM ruby:3.3\nARG RAILS_MASTER_KEY\nRUN SECRET_KEY_BASE_DUMMY=1 timeout 600 rails assets:precompile\nRUN SECRET_KEY_BASE_DUMMY=1 nice rails assets:precompile\nRUN SECRET_KEY_BASE_DUMMY=1 env RAILS_ENV=production bundle exec rails assets:precompile\nRUN SECRET_KEY_BASE_DUMMY=1 xvfb-run rails assets:precompile\nRUN env -i A=b rails assets:precompile\nRUN env - rails assets:precompile\nRUN env -u A rails assets:precompile\nRUN env RAILS_MASTER_KEY=$RAILS_MASTER_KEY rails assets:precompile\n",
		},
		{
			caption: "A dummy, none at all",
			good: "FROM ruby:3.3\nARG RAILS_MASTER_KEY\nRUN SECRET_KEY_BASE_DUMMY=1 bin/rails assets:precompile\nFROM ruby:3.3\nRUN SECRET_KEY_BASE=dummy bin/rails assets:precompile\nFROM ruby:3.3\nENV SECRET_KEY_BASE=placeholder\nRUN rake assets:precompile\nFROM ruby:3.3\nRUN rake assets:precompile\n",
		},
		{ caption: "Another task", good: "FROM ruby:3.3\nARG RAILS_MASTER_KEY\nRUN bin/rails db:migrate && echo assets:precompile\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (
					step.keyword !== "RUN" ||
					(step.heredocs.length === 0 && !/precompile|static|compress|compilemessages|cache:|asset/.test(step.line.text))
				)
					continue;
				for (const command of commandsOf(step)) {
					if (innermost(step, command) !== command) continue;
					const found = secretGiven(step, command);
					if (found === undefined) continue;
					reports.push({
						span: found.task.span,
						message: `${found.framework.title} gets the real ${shortened(found.name, 40)} to build its assets`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: dummy(command, found.framework),
					});
				}
			}
		}
		return reports;
	},
});

function secretGiven(
	step: Step,
	command: ShellCommand,
): { readonly framework: Framework; readonly task: ShellWord; readonly name: string } | undefined {
	if (command.program === "echo" || command.program === "printf" || command.name === undefined) return undefined;
	for (const framework of FRAMEWORKS) {
		const task = command.args.find((word) => framework.task.test(word.value ?? ""));
		if (task === undefined || (framework.instead !== undefined && declares(step, framework.instead.slice(0, -2)))) continue;
		const name = framework.secrets.find((secret) => isReal(step, command, secret));
		if (name !== undefined) return { framework, task, name };
	}
	return undefined;
}

function declares(step: Step, name: string): boolean {
	return step.line.text.includes(name) || declarationAt(step, name) !== undefined;
}

/** Whether a variable has, or is made to have, a value that the file does not show. */
function isReal(step: Step, command: ShellCommand, name: string): boolean {
	const own = commandsOf(step)
		.flatMap((other) => other.assignments)
		.find(
			(assignment) => assignment.name === name && (assignment.span.start <= command.span.end || command.assignments.includes(assignment)),
		);
	if (own !== undefined) return own.value?.parts.some((part) => part.kind !== "text") === true;
	if (mountsOf(step).some((mount) => mount.type === "secret" && mountOption(mount, "env")?.value === name)) return true;
	const declared = declarationAt(step, name);
	if (declared === undefined) return false;
	const declaring = step.stage.file.stages
		.flatMap((stage) => stage.steps)
		.find((other) => other.span.start === declared.instruction.span.start);
	const value = declaring === undefined ? undefined : stageValue(declaring, declared.assignment);
	return value !== undefined && (value.kind === "none" || value.kind === "variable" || value.kind === "text");
}

/** Programs in front of a command that leave its environment as it is; sudo does not. */
const PASS_ON = new Set(["exec", "nice", "time", "timeout", "stdbuf", "command", "xvfb-run", "gosu"]);

function passesOn({ program = "", args }: ShellCommand): boolean {
	if (program !== "env") return PASS_ON.has(program);
	const { options } = readArguments(args, ["-u", "--unset", "-C", "--chdir", "-S", "--split-string"]);
	const clears = options.some(({ name }) => /^-[iuS]$|^--(?:ignore-environment|unset|split-string)$/.test(name));
	return !clears && args.every(({ text }) => text !== "-");
}

/** Replaces what hands the secret over by Rails' own switch, or adds that. */
function dummy(command: ShellCommand, framework: Framework): readonly Fix[] {
	const { instead, secrets } = framework;
	const calls: ShellCommand[] = [];
	for (let call: ShellCommand | undefined = command; call !== undefined; call = call.wrapper) calls.push(call);
	if (instead === undefined || calls.some((call) => call.decoded) || command.program === "env" || !calls.slice(1).every(passesOn))
		return [];
	// What stands in front of a program that runs another one is known of both.
	const own = new Map(calls.flatMap(({ assignments }) => assignments).map((assignment) => [assignment.span.start, assignment]));
	const [first, ...more] = [...own.values()].filter(({ name }) => secrets.includes(name));
	const outermost = calls.at(-1)?.name;
	if (more.length > 0 || outermost === undefined || (first !== undefined && first.span.start > outermost.span.start)) return [];
	const edits = [first === undefined ? insertAt(outermost.span.start, `${instead} `) : replace(first.span, instead)];
	return [{ title: `Set ${instead}`, safety: "review", edits, note: "Rails understands it from version 7.1 on." }];
}

import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { setForStage } from "../../dockerfile/edits/environmentEdit.ts";
import { insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import { isNamedForDevelopment } from "../../dockerfile/layers/developmentUse.ts";
import { fileSays } from "../../dockerfile/model/fileText.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { endOf, lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import { declarationAt } from "../../dockerfile/variables/variables.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

export const runtimeTuningHints = defineRule({
	id: "runtime-tuning-hints",
	title: "The language's runtime could be faster",
	category: "runtime",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		{ tool: "tally", id: "php/enable-opcache-in-production", relation: "same" },
		{ tool: "tally", id: "ruby/yjit-not-enabled-on-supported-runtime", relation: "same" },
		{ tool: "tally", id: "ruby/jemalloc-installed-but-not-preloaded", relation: "same" },
	],
	subCodes: {
		opcache: "PHP compiles each script again for each request without OPcache, which older images leave off.",
		yjit: "Ruby from 3.3 on brings a compiler that is switched off by default.",
		jemalloc: "jemalloc is installed, and nothing loads it.",
	},
	why: "Official images start with the defaults of the language, not with those of a server: older images of PHP without its cache of compiled scripts, Ruby without its compiler. And a library for memory that is installed does nothing until it is loaded.",
	remedy:
		"Switch on what the application runs well with, and measure it: OPcache for PHP, `RUBY_YJIT_ENABLE=1` for Ruby, `LD_PRELOAD` for jemalloc.",
	references: [
		"https://www.php.net/manual/en/book.opcache.php",
		"https://docs.ruby-lang.org/en/3.3/yjit/yjit_md.html",
		"https://github.com/jemalloc/jemalloc/wiki/Getting-Started",
	],
	examples: [
		{
			caption: "PHP as a server",
			bad: 'FROM «php:8.3.4-fpm»\nCOPY . .\nCMD ["php-fpm"]\n',
			fixed: 'FROM php:8.3.4-fpm\nCOPY . .\nRUN docker-php-ext-install opcache\nCMD ["php-fpm"]\n',
		},
		{ caption: "Only root may install it", bad: 'FROM «php:7.4-fpm-alpine»\nUSER app\nCMD ["php-fpm"]\n' },
		{
			caption: "Ruby as a server",
			bad: 'FROM «ruby:3.3-slim»\nCMD ["rails", "server"]\n',
			fixed: 'FROM ruby:3.3-slim\nENV RUBY_YJIT_ENABLE=1\nCMD ["rails", "server"]\n',
		},
		{
			caption: "jemalloc on the shelf",
			bad: 'FROM ruby:3.3\nENV RUBY_YJIT_ENABLE=1\nRUN apt-get install -y «libjemalloc2»\nCMD ["rails", "server"]\n',
		},
		{
			caption: "Images that have it switched on, or may have",
			good: "FROM php:8.3-fpm\nFROM php:8.1-apache\nFROM php:8.4.17-fpm\nFROM php:8.5-fpm\n",
		},
		{ caption: "Ruby, spoken of in a comment", good: 'FROM ruby:3.3\n# YJIT: see config/initializers\nCMD ["rails", "server"]\n' },
		{ caption: "Switched on", good: "FROM php:7.4-apache\nRUN docker-php-ext-enable opcache\n" },
		{
			caption: "And by other means",
			good: 'FROM ruby:3.3\nRUN apt-get install -y libjemalloc2\nENV LD_PRELOAD=libjemalloc.so.2\nCMD ["ruby", "--yjit", "a.rb"]\n',
		},
		{
			caption: "With other settings, all of which are shown",
			bad: 'FROM «php:8.0-fpm»\nRUN mv "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini" && echo "date.timezone=UTC" > /usr/local/etc/php/conf.d/tz.ini\nRUN cat <<EOF > /usr/local/etc/php/conf.d/a.ini\nmemory_limit=1G\nEOF\n',
			fixed:
				'FROM php:8.0-fpm\nRUN mv "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini" && echo "date.timezone=UTC" > /usr/local/etc/php/conf.d/tz.ini\nRUN cat <<EOF > /usr/local/etc/php/conf.d/a.ini\nmemory_limit=1G\nEOF\nRUN docker-php-ext-install opcache\n',
		},
		{
			caption: "Settings that nobody sees, and a stage for development",
			good: "FROM php:8.0-fpm\nCOPY php.ini /usr/local/etc/php/\nFROM php:8.0-fpm\nCOPY docker /d\nRUN cp /d/php.ini /usr/local/etc/php/\nFROM php:8.0-fpm\nRUN { curl https://a; } > /usr/local/etc/php/conf.d/a.ini\nFROM php:8.0-fpm\nRUN echo $A > /usr/local/etc/php/conf.d/a.ini\nFROM php:8.0-fpm AS dev\n",
		},
		{
			caption: "A tool, a builder, a version that brings it",
			good: "FROM php:8.3.4-fpm AS a\nFROM php:8.3.4-cli\nCMD php a.php\n",
			notBuilt: true,
		},
		{ caption: "An older Ruby", good: 'FROM ruby:3.1\nCMD ["rails", "server"]\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || isNamedForDevelopment(stage)) continue;
			reports.push(...php(stage));
			reports.push(...ruby(stage));
		}
		return reports;
	},
});

function mentions(stage: Stage, text: RegExp): boolean {
	return lineage(stage).some((ancestor) => ancestor.steps.some((step) => text.test(stepText(step))));
}

/** The tag of an official image that the stage's lineage starts from, and the FROM that names it. */
function official(stage: Stage, name: string) {
	const base = rootBase(stage);
	const root = lineage(stage).at(-1);
	if (base.kind !== "image" || base.reference.repository !== `library/${name}` || root?.image === undefined) return undefined;
	return { tag: base.reference.tag ?? "", span: root.image.span };
}

/**
 * The last releases of 8.x whose images are known to leave OPcache off. Source: docker-library/php, which began to switch it on in the
 * second half of 2025; from 8.5 on it is a part of PHP.
 */
const LAST_WITHOUT_OPCACHE: Readonly<Record<string, number>> = { "8.1": 32, "8.2": 28, "8.3": 22, "8.4": 8 };

/** Whether the image of a tag has OPcache switched off. Images of 8.0 and before are not built any more. */
function isWithoutOpcache(tag: string): boolean {
	if (/^(?:7|8\.0)(?:\D|$)/.test(tag)) return true;
	const [, branch = "", release = ""] = /^(8\.\d+)\.(\d+)(?:-|$)/.exec(tag) ?? [];
	const last = LAST_WITHOUT_OPCACHE[branch];
	return last !== undefined && Number(release) <= last;
}

function php(stage: Stage): readonly Report[] {
	const image = official(stage, "php");
	if (image === undefined || !/fpm|apache/.test(image.tag) || !isWithoutOpcache(image.tag)) return [];
	if (lineage(stage).some(({ steps }) => steps.some(maySwitchOpcache))) return [];
	const user = userAt(stage).value;
	const edit = user.kind === "set" && isRootUser(user.value) ? insertBeforeStart(stage, "RUN docker-php-ext-install opcache") : undefined;
	return [
		{
			span: image.span,
			subCode: "opcache",
			message: "PHP serves without OPcache",
			fixes: edit === undefined ? [] : [{ title: "Install OPcache", safety: "review", edits: [edit] }],
		},
	];
}

/** Commands that put nothing into an ini file but what the step itself says. */
const SAYS_ALL =
	/^(?:echo|printf|tee|sed|set|mkdir|chmod|chown|rm|touch|ls|test|\[|cd|true|apt|apt-get|apk|docker-php-ext-\w+|pecl|a2(?:en|dis)(?:mod|site|conf)|useradd|usermod|groupadd|addgroup|adduser)$/;

/** Whether a step names OPcache, or brings settings of PHP whose text it does not show. */
function maySwitchOpcache(step: Step): boolean {
	const text = stepText(step);
	if (/opcache/i.test(text)) return true;
	if (!/\.ini|conf\.d/i.test(text)) return false;
	return step.keyword !== "RUN" || !commandsOf(step).every(saysAll);
}

function saysAll({ program = "", args, redirects }: ShellCommand): boolean {
	// The image brings these two, and neither switches it on.
	if (program === "mv" || program === "cp") return args.some((word) => /php\.ini-(?:production|development)["']?$/.test(word.text));
	if (program === "cat") return args.length === 0 && redirects.some(({ operator }) => operator.startsWith("<<"));
	if (program === "echo" || program === "printf")
		return args.every((word) => word.value !== undefined || /^["']?[\w.]+\s*=/.test(word.text));
	return SAYS_ALL.test(program);
}

const YJIT = /yjit/i;

function ruby(stage: Stage): readonly Report[] {
	const image = official(stage, "ruby");
	const { commands } = containerStart(stage);
	if (
		image === undefined ||
		!commands.some(
			({ program, args }) =>
				/^(?:rails|puma|bundle|thrust)$/.test(program ?? "") && !args.some(({ text }) => text === "exec" && commands.length === 0),
		)
	)
		return [];
	const end = endOf(stage);
	const reports: Report[] = [];
	if (/^3\.[3-9]|^[4-9]/.test(image.tag) && declarationAt(end, "RUBY_YJIT_ENABLE") === undefined && !fileSays(stage.file, YJIT)) {
		const edit = setForStage(stage, "ENV", ["RUBY_YJIT_ENABLE=1"], /^RUBY|^RAILS|^BUNDLE/);
		reports.push({
			span: image.span,
			subCode: "yjit",
			message: "Ruby's compiler, YJIT, is not switched on here",
			fixes: edit === undefined ? [] : [{ title: "Set RUBY_YJIT_ENABLE", safety: "review", edits: [edit] }],
		});
	}
	if (mentions(stage, /LD_PRELOAD|MALLOC/)) return reports;
	for (const step of lineage(stage).flatMap(runSteps)) {
		const word = packageCallsOf(step)
			.filter((call) => call.kind === "install")
			.flatMap((call) => call.operands)
			.find(({ value }) => /^(?:libjemalloc2|jemalloc)$/.test(value ?? ""));
		if (word === undefined || /jemalloc\.so/.test(stepText(step))) continue;
		reports.push({ span: word.span, subCode: "jemalloc", message: "jemalloc is installed, and nothing loads it" });
		return reports;
	}
	return reports;
}

import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { type LockNames, lockFileOf, lockNote } from "../../dockerfile/packages/lockFiles.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const NAMES: LockNames = { manifests: ["composer.json"], lockFiles: ["composer.lock"] };
const NO_INSTALL = ["--help", "-h", "--version", "-V", "--dry-run", "-g", "--global"];

export const composerLockNotEnforced = defineRule({
	id: "composer-lock-not-enforced",
	title: "Composer chooses versions during the build",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: { "lock-file-missing": "composer install runs without a lock file" },
	equivalents: [],
	onlyWith: { words: ["composer"] },
	why: "`composer update` and `composer require` resolve versions anew, in the image, where nobody sees the lock file that they write; so does `composer install` where there is none. What was reviewed and tested is then not what is shipped, and plugins among the packages run during the build.",
	remedy:
		"Run `composer update` on a developer's machine, commit `composer.lock`, copy it together with `composer.json`, and call `composer install --no-interaction --no-progress`, with `--no-dev` for production.",
	references: [
		"https://getcomposer.org/doc/01-basic-usage.md#commit-your-composer-lock-file-to-version-control",
		"https://getcomposer.org/doc/03-cli.md#install-i",
	],
	examples: [
		{ caption: "What the lock file has", good: "FROM composer:2\nCOPY composer.json composer.lock ./\nRUN composer install -n --no-dev\n" },
		{
			caption: "Versions of the day",
			bad: "FROM composer:2\nCOPY composer.json composer.lock ./\nRUN composer «update» -n --no-dev\n",
			fixed: "FROM composer:2\nCOPY composer.json composer.lock ./\nRUN composer install -n --no-dev\n",
		},
		{
			caption: "By the beginning of the subcommand",
			bad: "FROM composer:2\nCOPY composer.json composer.lock ./\nRUN composer «up» -n\n",
			fixed: "FROM composer:2\nCOPY composer.json composer.lock ./\nRUN composer install -n\n",
		},
		{
			caption: "As a script of PHP",
			bad: "FROM php:8.3-fpm\nCOPY . .\nRUN php composer.phar «update» --no-dev\nRUN php -d memory_limit=-1 /usr/bin/composer «update»\nRUN php a.php composer update && php -r composer update\n",
			fixed:
				"FROM php:8.3-fpm\nCOPY . .\nRUN php composer.phar install --no-dev\nRUN php -d memory_limit=-1 /usr/bin/composer install\nRUN php a.php composer update && php -r composer update\n",
		},
		{
			caption: "Single packages, and a requirement",
			bad: "FROM php:8.3\nCOPY . .\nRUN php composer.phar install -n && composer «update» symfony/http-kernel && composer «require» -n predis/predis:^2\n",
		},
		{
			caption: "No lock file comes along",
			bad: "FROM composer:2\nCOPY composer.json .\nRUN composer «install» -n\n",
		},
		{
			caption: "The lock file decides",
			good: "FROM composer:2\nCOPY composer.json composer.lock ./\nRUN composer install --no-dev && composer dump-autoload && composer install --no-interaction && composer global require phpunit/phpunit && composer update --lock && composer update --dry-run && composer create-project a/b\n",
		},
		{
			caption: "No project of the context",
			good: "FROM composer:2\nRUN composer require -n drush/drush && composer install -n && composer update\n",
		},
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					if (call.manager !== "composer" || callHasOption(call, ...NO_INSTALL)) continue;
					const report = reportOf(step, call, workspace.contextEntries);
					if (report !== undefined) reports.push(stage.use === "unused" ? { ...report, severity: "hint" } : report);
				}
			}
		}
		return reports;
	},
});

function reportOf(step: Step, call: PackageCall, entries: readonly string[] | undefined): Report | undefined {
	const verb = call.verbWord;
	if (verb === undefined) return undefined;
	const lock = lockFileOf(step, call.command, NAMES, entries);
	if (lock === undefined) return undefined;
	const related = [{ span: lock.span, message: lockNote(lock.kind) }];
	switch (call.verb) {
		case "update":
		case "u":
		case "up":
		case "upgrade":
			if (callHasOption(call, "--lock")) return undefined;
			return {
				span: verb.span,
				message: `composer ${call.verb} picks versions anew in every build`,
				related,
				fixes: () => updateFixes(call),
			};
		case "require": {
			const name = call.operands[0]?.text;
			if (name === undefined) return undefined;
			return { span: verb.span, message: `composer require picks a version of ${shortened(name, 50)} in the build`, related };
		}
		case "install":
		case "i":
			if (lock.kind === "missing")
				return {
					span: verb.span,
					message: "composer install without composer.lock picks versions anew",
					subCode: "lock-file-missing",
					related,
				};
			return undefined;
		default:
			return undefined;
	}
}

function updateFixes(call: PackageCall): readonly EditFix[] {
	const verb = call.verbWord;
	if (verb === undefined || call.operands.length > 0 || call.uncertain || call.command.decoded) return [];
	if (
		call.options.some((option) => /^--(?:with|prefer-(?:stable|lowest)|root-reqs|minimal|interactive|no-install)|^-[wW]$/.test(option.name))
	)
		return [];
	return [
		{
			title: "Use composer install",
			safety: "review",
			edits: [replace(verb.span, "install")],
			note: "It installs what composer.lock says.",
		},
	];
}

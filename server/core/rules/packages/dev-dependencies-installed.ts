import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { copiedInstalls } from "../../dockerfile/layers/copiedInstalls.ts";
import { buildsIn, isNamedForDevelopment, startOf } from "../../dockerfile/layers/developmentUse.ts";
import { removesLater } from "../../dockerfile/layers/keptInstalls.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { updateWithDevelopment } from "../../dockerfile/packages/composerUpdates.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { missingOptionMessage, productionInstallFixes } from "../../dockerfile/packages/productionInstallFix.ts";
import { developmentInstall } from "../../dockerfile/packages/productionInstalls.ts";
import { rubyMode } from "../../dockerfile/start/rubyMode.ts";
import { DEVELOPMENT_MANAGER_WORDS } from "../needs.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const devDependenciesInstalled = defineRule({
	id: "dev-dependencies-installed",
	title: "The image holds development dependencies",
	category: "packages",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "php/composer-no-dev-in-production", "ruby/missing-bundle-without-development"]),
	onlyWith: { words: DEVELOPMENT_MANAGER_WORDS },
	why: "Test frameworks, compilers and linters are most of the dependencies of many projects. In the image that ships nobody calls them, but an attacker finds them there, every scan reports their vulnerabilities, and each host pulls and stores them.",
	remedy:
		'Install what the application needs alone: `npm ci --omit=dev`, `yarn install --production`, `pnpm install --prod`, `composer install --no-dev`, `poetry install --only main`, `uv sync --no-dev`, `ENV BUNDLE_WITHOUT="development:test"`. Where a build needs the others, run it in a stage of its own and copy what it made.',
	references: [
		"https://docs.npmjs.com/cli/v11/commands/npm-ci#omit",
		"https://getcomposer.org/doc/03-cli.md#install-i",
		"https://python-poetry.org/docs/cli/#install",
		"https://docs.astral.sh/uv/reference/cli/#uv-sync",
	],
	examples: [
		{
			caption: "Left out, by options, variables or settings",
			good: 'FROM node:22\nENV NODE_ENV=production\nRUN npm ci\nCMD ["node", "a.js"]\n',
		},
		{
			caption: "Everything that the project names",
			bad: 'FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm «ci»\nCOPY . .\nCMD ["node", "server.js"]\n',
			fixed: 'FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev\nCOPY . .\nCMD ["node", "server.js"]\n',
		},
		{
			caption: "Old versions of npm, other tools, Windows line breaks",
			bad: 'FROM node:12 AS base\r\nRUN npm «install» \\\r\n    # quietly\r\n    --no-audit\r\nFROM base\r\nRUN «yarn» --frozen-lockfile && pnpm «i» --frozen-lockfile && php composer.phar «install» -n && poetry «install» --no-root && uv «sync» --frozen\r\nENTRYPOINT ["/app"]\r\n',
			fixed:
				'FROM node:12 AS base\r\nRUN npm install --production \\\r\n    # quietly\r\n    --no-audit\r\nFROM base\r\nRUN yarn --production --frozen-lockfile && pnpm i --prod --frozen-lockfile && php composer.phar install --no-dev -n && poetry install --only main --no-root && uv sync --no-dev --frozen\r\nENTRYPOINT ["/app"]\r\n',
		},
		{
			caption: "The npm of an old distribution does not know the new name",
			bad: 'FROM ubuntu:20.04\nRUN apt-get update && apt-get install -y nodejs npm\nWORKDIR /app\nRUN npm «install»\nCMD ["node", "x.js"]\n',
			fixed:
				'FROM ubuntu:20.04\nRUN apt-get update && apt-get install -y nodejs npm\nWORKDIR /app\nRUN npm install --production\nCMD ["node", "x.js"]\n',
		},
		{
			caption: "That of a newer one does, unless it is replaced",
			bad: 'FROM debian:12 AS base\nRUN apt-get update && apt-get install -y npm\nRUN npm «ci»\nRUN npm install -g npm@6\nFROM base\nRUN npm «ci»\nCMD ["node", "x.js"]\n',
			fixed:
				'FROM debian:12 AS base\nRUN apt-get update && apt-get install -y npm\nRUN npm ci --omit=dev\nRUN npm install -g npm@6\nFROM base\nRUN npm ci --production\nCMD ["node", "x.js"]\n',
		},
		{
			caption: "A new Node by its tag",
			bad: 'FROM node:lts-alpine3.20\nRUN npm «ci»\nCMD ["node", "x.js"]\n',
			fixed: 'FROM node:lts-alpine3.20\nRUN npm ci --omit=dev\nCMD ["node", "x.js"]\n',
		},
		{
			caption: "By a variable in the name of its source",
			bad: 'FROM debian:12\nENV NODE_MAJOR=22\nRUN curl -fsSL https://deb.nodesource.com/setup_$NODE_MAJOR.x | bash - && apt-get install -y nodejs\nRUN npm «ci»\nCMD ["node", "x.js"]\n',
			fixed:
				'FROM debian:12\nENV NODE_MAJOR=22\nRUN curl -fsSL https://deb.nodesource.com/setup_$NODE_MAJOR.x | bash - && apt-get install -y nodejs\nRUN npm ci --omit=dev\nCMD ["node", "x.js"]\n',
		},
		{
			caption: "A runner of scripts, by any path; a package that brings them back: no edit",
			bad: 'FROM node:12-alpine\nWORKDIR /app\nRUN npm «install» && npm install npm-run-all && ln -s node_modules/npm-run-all/bin/npm-run-all/index.js npm-run-all\nCMD ["./npm-run-all", "--parallel", "server", "client"]\n',
		},
		{
			caption: "A package of another project",
			bad: 'FROM node:22\nWORKDIR /app\nRUN npm «install»\nRUN cd /tools && npm install a@1 && npm install -g b@1\nCMD ["node", "x.js"]\n',
			fixed:
				'FROM node:22\nWORKDIR /app\nRUN npm install --omit=dev\nRUN cd /tools && npm install a@1 && npm install -g b@1\nCMD ["node", "x.js"]\n',
		},
		{
			caption: "Bundler takes it from the environment",
			bad: 'FROM ruby:3.3\nCOPY Gemfile* ./\nRUN bundle «install»\nENV RAILS_ENV=production\nCMD ["rails", "server"]\n',
			fixed:
				'FROM ruby:3.3\nCOPY Gemfile* ./\nENV BUNDLE_WITHOUT="development:test"\nRUN bundle install\nENV RAILS_ENV=production\nCMD ["rails", "server"]\n',
		},
		{
			caption: "In production by an option",
			bad: 'FROM ruby:3.3\nRUN bundle «install»\nCMD ["bundle", "exec", "puma", "-e", "production"]\n',
			fixed:
				'FROM ruby:3.3\nENV BUNDLE_WITHOUT="development:test"\nRUN bundle install\nCMD ["bundle", "exec", "puma", "-e", "production"]\n',
		},
		{
			caption: "By an option of two words",
			bad: 'FROM ruby:3.3\nRUN bundle «install»\nCMD ["rails", "server", "--environment", "production"]\n',
			fixed:
				'FROM ruby:3.3\nENV BUNDLE_WITHOUT="development:test"\nRUN bundle install\nCMD ["rails", "server", "--environment", "production"]\n',
		},
		{
			caption: "In a mode that is neither development nor test; with further groups",
			bad: 'FROM ruby:3.3\nENV BUNDLE_WITH=assets\nRUN bundle «install»\nENV RAILS_ENV=staging\nCMD ["rails", "server"]\n',
			fixed:
				'FROM ruby:3.3\nENV BUNDLE_WITH=assets\nENV BUNDLE_WITHOUT="development:test"\nRUN bundle install\nENV RAILS_ENV=staging\nCMD ["rails", "server"]\n',
		},
		{
			caption: "No Rails",
			bad: 'FROM ruby:3.3\nRUN bundle «install»\nCMD ["bundle", "exec", "ruby", "-e", "puts 1"]\n',
			fixed: 'FROM ruby:3.3\nENV BUNDLE_WITHOUT="development:test"\nRUN bundle install\nCMD ["bundle", "exec", "ruby", "-e", "puts 1"]\n',
		},
		{
			caption: "Rails without a mode takes development: no edit",
			bad: 'FROM ruby:3.3\nCOPY Gemfile Gemfile.lock /app/\nWORKDIR /app\nARG RAILS_ENV=production\nRUN bundle «install»\nCOPY . .\nCMD ["bundle", "exec", "rails", "server", "-b", "0.0.0.0"]\n',
		},
		{
			caption: "A script that may start Rails: no edit",
			bad: 'FROM ruby:3.3\nRUN bundle «install»\nENTRYPOINT ["/docker-entrypoint.sh"]\n',
		},
		{
			caption: "In development by a variable, or with its groups by another one",
			good: 'FROM ruby:3.3\nENV BUNDLE_WITH=assets:development RAILS_ENV=production\nRUN bundle install\nCMD ["rails", "server"]\nFROM ruby:3.3\nRUN bundle install\nENV RAILS_ENV=development\nCMD ["rails", "server", "-b", "0.0.0.0", "-p", "3000"]\n',
		},
		{
			caption: "In development by an option",
			good: 'FROM ruby:3.3\nRUN bundle install\nENV RAILS_ENV=production\nCMD ["ruby", "bin/rails", "s", "--environment", "docker_dev"]\n',
		},
		{ caption: "In tests by the command", good: "FROM ruby:3.3\nRUN bundle install\nCMD RACK_ENV=test bundle exec puma\n" },
		{
			caption: "uv run installs again, also when the container starts",
			bad: 'FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\nRUN uv «sync»\nCMD ["uv", "run", "server.py"]\n',
			fixed: 'FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\nENV UV_NO_DEV=1\nRUN uv sync\nCMD ["uv", "run", "server.py"]\n',
		},
		{
			caption: "uv run that leaves everything as it is",
			bad: 'FROM python:3.14-slim\nRUN uv «sync»\nCMD ["uv", "run", "--frozen", "--no-sync", "server.py"]\n',
			fixed: 'FROM python:3.14-slim\nRUN uv sync --no-dev\nCMD ["uv", "run", "--frozen", "--no-sync", "server.py"]\n',
		},
		{
			caption: "Composer installs again whenever it updates",
			bad: 'FROM php:8.3\nCOPY composer.* ./\nRUN composer «install» --quiet\nRUN composer require acme/server\nCMD ["php", "a.php"]\n',
			fixed:
				'FROM php:8.3\nCOPY composer.* ./\nENV COMPOSER_NO_DEV=1\nRUN composer install --quiet\nRUN composer require acme/server\nCMD ["php", "a.php"]\n',
		},
		{
			caption: "And brings back what was left out before",
			bad: 'FROM php:8.3\nWORKDIR /app\nRUN composer install --no-dev\nRUN composer «require» acme/server\nCMD ["php", "a.php"]\n',
			fixed:
				'FROM php:8.3\nWORKDIR /app\nRUN composer install --no-dev\nRUN composer require --update-no-dev acme/server\nCMD ["php", "a.php"]\n',
		},
		{
			caption: "By an update in the same step; the updates of another project do not count",
			bad: 'FROM php:8.3\nRUN cd /app && composer install --no-dev && composer «update» -q\nRUN cd /srv && composer «install»\nRUN composer require -d /other a/b\nCMD ["php", "a.php"]\n',
			fixed:
				'FROM php:8.3\nRUN cd /app && composer install --no-dev && composer update --no-dev -q\nRUN cd /srv && composer install --no-dev\nRUN composer require -d /other a/b\nCMD ["php", "a.php"]\n',
		},
		{
			caption: "Not where it is told otherwise, updates nothing, or works for another project",
			good: 'FROM php:8.3\nWORKDIR /app\nRUN composer require acme/first && composer install --no-dev\nRUN composer require --update-no-dev a/b && composer require --dev a/c && composer require --no-update a/d && composer global require a/e\nRUN composer require -d /other a/f && cd /srv && composer require a/g && COMPOSER_NO_DEV=1 composer update\nCMD ["php", "a.php"]\n',
		},
		{
			caption: "A build that needs them in the stage that ships; a list that says so: no edit",
			bad: 'FROM node:22\nRUN npm «ci» && npm run build\nRUN pip install -r «requirements-dev.txt» --requirement=base.txt\nCMD ["node", "dist/server.js"]\n',
		},
		{
			caption: "Copied from stages that install; started by the server of the base image",
			bad: "FROM node:22 AS deps\nWORKDIR /app\nCOPY package*.json ./\nRUN npm «ci» --omit=optional\nFROM composer:2 AS vendor\nWORKDIR /app\nRUN composer «install»\nFROM oven/bun:1 AS bun\nWORKDIR /app\nRUN bun «ci»\nFROM python:3.12 AS a\nWORKDIR /app\nRUN uv «sync» --frozen\nFROM python:3.12 AS b\nWORKDIR /b\nENV POETRY_VIRTUALENVS_IN_PROJECT=true\nRUN poetry «install»\nFROM ruby:3.3 AS c\nRUN bundle «install»\nFROM php:8.3-apache\nCOPY --from=a /app/.venv /app/.venv\nCOPY --from=b /b /b\nCOPY --from=c /usr/local/bundle /usr/local/bundle\nWORKDIR /app\nCOPY --from=deps /app/node_modules ./node_modules\nCOPY --from=bun /app/node_modules ./bun_modules\nCOPY --from=vendor /app/vendor ./vendor\n",
			fixed:
				"FROM node:22 AS deps\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev --omit=optional\nFROM composer:2 AS vendor\nWORKDIR /app\nRUN composer install --no-dev\nFROM oven/bun:1 AS bun\nWORKDIR /app\nRUN bun ci --production\nFROM python:3.12 AS a\nWORKDIR /app\nRUN uv sync --no-dev --frozen\nFROM python:3.12 AS b\nWORKDIR /b\nENV POETRY_VIRTUALENVS_IN_PROJECT=true\nRUN poetry install --only main\nFROM ruby:3.3 AS c\nRUN bundle install\nFROM php:8.3-apache\nCOPY --from=a /app/.venv /app/.venv\nCOPY --from=b /b /b\nCOPY --from=c /usr/local/bundle /usr/local/bundle\nWORKDIR /app\nCOPY --from=deps /app/node_modules ./node_modules\nCOPY --from=bun /app/node_modules ./bun_modules\nCOPY --from=vendor /app/vendor ./vendor\n",
		},
		{
			caption: "A build needs them, too, or tests and checks of Python: no edit",
			bad: 'FROM node:22 AS deps\nWORKDIR /app\nRUN npm «ci»\nRUN npm install sharp && npm install -g serve && npm test\nFROM node:22 AS build\nWORKDIR /app\nCOPY --from=deps /app/node_modules ./node_modules\nRUN npm run build\nFROM python:3.12 AS a\nWORKDIR /a\nENV POETRY_VIRTUALENVS_IN_PROJECT=1\nRUN poetry «install» && poetry run pytest\nFROM python:3.12 AS b\nWORKDIR /b\nRUN uv «sync» && .venv/bin/pytest\nFROM python:3.12 AS c\nWORKDIR /c\nRUN uv «sync» --frozen && uv run mypy .\nFROM node:22-slim\nCOPY --from=build /app/dist /app/dist\nCOPY --from=deps /app/node_modules /app/node_modules\nCOPY --from=a /a/.venv /a/.venv\nCOPY --from=b /b/.venv /b/.venv\nCOPY --from=c /c/.venv /c/.venv\nCMD ["node", "/app/dist/server.js"]\n',
		},
		{
			caption: "In a stage that the shipped one and the one that it copies from share: once",
			bad: 'FROM node:22 AS base\nWORKDIR /app\nCOPY package*.json ./\nRUN npm «ci»\nFROM base AS build\nCOPY . .\nRUN npm run build\nFROM base AS production\nCOPY --from=build /app ./\nCMD ["node", "dist/index.js"]\n',
			fixed:
				'FROM node:22 AS base\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\nFROM base AS build\nCOPY . .\nRUN npm run build\nFROM base AS production\nCOPY --from=build /app ./\nCMD ["node", "dist/index.js"]\n',
		},
		{
			caption: "Copied from a builder and from the stage that it continues: once, too",
			bad: 'FROM node:22 AS deps\nWORKDIR /app\nRUN npm «ci»\nFROM deps AS build\nRUN npm run build\nFROM node:22-slim\nWORKDIR /app\nCOPY --from=build /app ./\nCOPY --from=deps /app/node_modules ./node_modules\nCMD ["node", "dist/index.js"]\n',
		},
		{
			caption: "Only what was built is copied, or what is left without them",
			good: 'FROM node:22 AS build\nWORKDIR /app\nRUN npm ci && npm run build\nFROM node:22 AS pruned\nWORKDIR /app\nRUN npm ci && npm run build && npm prune --omit=dev\nFROM node:22 AS installer\nWORKDIR /app\nRUN npm ci\nRUN npm ci --omit=dev\nFROM oven/bun:1 AS bun\nWORKDIR /app\nRUN bun install\nRUN bun run build && rm -rf node_modules && bun install --production\nFROM python:3.12 AS a\nWORKDIR /app\nENV UV_PROJECT_ENVIRONMENT=/venv\nRUN uv sync\nFROM python:3.12 AS b\nWORKDIR /app\nRUN poetry install\nFROM ruby:3.3 AS c\nRUN bundle config set path vendor && bundle install\nFROM node:22\nCOPY --from=a /app /a\nCOPY --from=b /app /b\nCOPY --from=c /usr/local/bundle /c\nCOPY --from=bun /app/node_modules /bun\nCOPY --from=build /app/dist /app/dist\nCOPY --from=pruned /app /pruned\nCOPY --from=installer /app/node_modules /app/node_modules\nCMD ["node", "/app/dist/server.js"]\n',
		},
		{
			caption: "Left out, in other ways",
			good: 'FROM node:22\nRUN npm ci --omit=dev; npm i --production; npm install --only=prod; NODE_ENV=production npm ci; npm install express; yarn --version; yarn --prod; pnpm i -P; composer install --no-dev; poetry install --without dev; uv sync --no-default-groups; npm ci $FLAGS\nRUN npm config set omit dev\nRUN npm ci\nCMD ["node", "a.js"]\n',
		},
		{
			caption: "Removed again",
			good: 'FROM node:22\nRUN npm ci && npm run build && npm prune --omit=dev\nCMD ["node", "a.js"]\nFROM node:22\nRUN yarn && yarn build && rm -rf node_modules && yarn --production\nCMD ["node", "a.js"]\n',
		},
		{
			caption: "A builder, a stage or a container for development or tests, nothing that starts",
			good: 'FROM node:22 AS build\nRUN npm ci\nFROM node:22 AS development\nCOPY --from=build /a /a\nRUN npm ci\nCMD ["node", "a.js"]\n',
		},
		{ caption: "A container for development", good: 'FROM node:22\nRUN npm ci\nCMD ["npm", "run", "dev"]\n' },
		{ caption: "A container for tests", good: 'FROM python:3.12\nRUN pip install -r requirements/test.txt\nCMD ["pytest"]\n' },
		{ caption: "Nothing that starts", good: "FROM node:22\nRUN npm ci\n" },
		{ caption: "A base that nobody knows", good: 'FROM acme/node:1\nRUN npm ci\nCMD ["node", "a.js"]\n' },
	],
	check(file) {
		const seen = new Set<Stage>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || isNamedForDevelopment(stage)) continue;
			const start = startOf(stage);
			if (start === "none" || start === "development" || removesLater(stage)) continue;
			let builds: boolean | undefined;
			for (const ancestor of lineage(stage)) {
				if (seen.has(ancestor)) continue;
				seen.add(ancestor);
				for (const step of runSteps(ancestor)) {
					for (const call of packageCallsOf(step)) {
						const found = developmentInstall(step, call) ?? updateWithDevelopment(step, call);
						if (found === undefined) continue;
						const mode = call.manager === "bundle" ? rubyMode(stage) : undefined;
						if (mode === "development") continue;
						builds ??= buildsIn(stage);
						const isNeeded = builds || mode === "unknown";
						reports.push({
							span: found.word.span,
							message: missingOptionMessage(found),
							...(start === "script" || isNeeded ? { severity: "info" as const } : {}),
							fixes: () => (isNeeded ? [] : productionInstallFixes(stage, step, found)),
						});
					}
				}
			}
			reports.push(...copied(stage, start, seen));
		}
		return reports;
	},
});

/** Installs of other stages whose folder a shipped stage copies. */
function copied(stage: Stage, start: "program" | "script", seen: Set<Stage>): readonly Report[] {
	return copiedInstalls(stage, seen).map(({ copy, run, install, isNeeded }) => ({
		span: install.word.span,
		message: missingOptionMessage(install),
		severity: start === "script" || isNeeded ? "info" : "warning",
		related: [{ span: copy.keywordSpan, message: "This copies them into the image" }],
		fixes: () => (isNeeded ? [] : productionInstallFixes(stage, run, install)),
	}));
}

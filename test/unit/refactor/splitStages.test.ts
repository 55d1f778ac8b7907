import assert from "node:assert/strict";
import { splitNode } from "../../../server/core/refactor/splitNode.ts";
import { splitProgram } from "../../../server/core/refactor/splitProgram.ts";
import { splitPython } from "../../../server/core/refactor/splitPython.ts";
import { refactored, refactoringsOf } from "../../support/refactor.ts";

const GO = `# a service
FROM «golang:1.23-bookworm»
WORKDIR /src
# sources
COPY . .
RUN CGO_ENABLED=0 go build -o /app .

# the port
EXPOSE 8080
CMD ["/app"]
`;

const NODE = `FROM «node:22-bookworm-slim»
ENV NODE_ENV=production
WORKDIR /app
COPY package*.json ./
# also what builds
RUN --mount=type=cache,target=/root/.npm npm ci --include=dev
COPY . .
RUN npm run build
EXPOSE 3000
USER node
CMD ["node", "dist/main.js"]
`;

const PYTHON = `FROM «python:3.11-slim-bookworm»
ENV PYTHONUNBUFFERED=1
WORKDIR /app
COPY requirements.txt ./
# from the lock
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
COPY . .
RUN python manage.py collectstatic
USER 1000
ENTRYPOINT ["gunicorn"]
CMD ["app"]
`;

describe("splitting a stage", () => {
	it("Go: the program moves to an image without the toolchain", () => {
		assert.equal(
			refactored(splitProgram, GO),
			GO.replace("«golang:1.23-bookworm»", "golang:1.23-bookworm AS build").replace(
				"-o /app .\n",
				"-o /app .\n\nFROM debian:bookworm-slim\nWORKDIR /src\nCOPY --from=build /app /app\n",
			),
		);
		assert.match(refactoringsOf(splitProgram, GO)[0]?.note ?? "", /have to be copied/);
	});

	it("Go: not where more than the program may be needed", () => {
		for (const [from, to] of [
			['CMD ["/app"]', "CMD /app"],
			['CMD ["/app"]', 'CMD ["/app", "/src/config.yaml"]'],
			["golang:1.23-bookworm", "golang"],
			["COPY . .", "USER 1000"],
			["RUN CGO_ENABLED=0 go build -o /app .", "RUN make"],
			["# sources", "FROM debian"],
		] as const) {
			assert.ok(GO.includes(from), from);
			assert.equal(refactored(splitProgram, GO.replace(from, to)), undefined, to);
		}
	});

	it("Node.js: what was built and the production dependencies move, the settings are repeated", () => {
		assert.equal(
			refactored(splitNode, NODE),
			NODE.replace("«node:22-bookworm-slim»", "node:22-bookworm-slim AS build").replace(
				"npm run build\n",
				`npm run build
RUN npm prune --omit=dev && mkdir -p node_modules

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
`,
			),
		);
	});

	it("Node.js: not where the program may need more", () => {
		for (const [from, to] of [
			['CMD ["node", "dist/main.js"]', 'CMD ["npm", "start"]'],
			['CMD ["node", "dist/main.js"]', 'CMD ["node", "server.js"]'],
			['CMD ["node", "dist/main.js"]', 'CMD ["node", "--require", "./x.js", "dist/main.js"]'],
			['CMD ["node", "dist/main.js"]', "CMD node dist/main.js"],
			["npm run build", "npm run build && apt-get install -y x"],
			["npm run build", "npm run compile"],
			["EXPOSE 3000", "RUN ls"],
			["EXPOSE 3000", "COPY views views"],
			["npm ci", "npm install -g x && npm ci"],
			["COPY . .", "USER node"],
			["COPY . .", "COPY --chown=node . ."],
			["COPY . .", "ARG X"],
			["WORKDIR /app", "WORKDIR $HOME"],
			["WORKDIR /app", "WORKDIR /"],
			["node:22-bookworm-slim", "example.com/node:22"],
			["node:22-bookworm-slim", "node:$VERSION"],
			["# also what builds", "FROM debian"],
		] as const) {
			assert.ok(NODE.includes(from), from);
			assert.equal(refactored(splitNode, NODE.replace(from, to)), undefined, to);
		}
	});

	it("Python: packages are installed into an environment that is copied, all else goes on as before", () => {
		assert.equal(
			refactored(splitPython, PYTHON),
			PYTHON.replace("«python:3.11-slim-bookworm»", "python:3.11-slim-bookworm AS build")
				.replace("COPY requirements", 'RUN python -m venv /opt/venv\nENV PATH="/opt/venv/bin:$PATH"\nCOPY requirements')
				.replace(
					"-r requirements.txt\n",
					`-r requirements.txt

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
`,
				),
		);
	});

	it("Python: files that are copied in front of the install are copied again", () => {
		const whole =
			'FROM python:3.11\r\nWORKDIR /a\r\nCOPY --chown=1 . .\r\nRUN pip install -r requirements.txt\r\nCMD «["python", "a.py"]»\r\n';
		assert.equal(
			refactored(splitPython, whole),
			[
				"FROM python:3.11 AS build",
				"WORKDIR /a",
				"RUN python -m venv /opt/venv",
				'ENV PATH="/opt/venv/bin:$PATH"',
				"COPY --chown=1 . .",
				"RUN pip install -r requirements.txt",
				"",
				"FROM python:3.11",
				"WORKDIR /a",
				"COPY --chown=1 . .",
				"COPY --from=build /opt/venv /opt/venv",
				'ENV PATH="/opt/venv/bin:$PATH"',
				'CMD ["python", "a.py"]',
				"",
			].join("\r\n"),
		);
	});

	it("Python: not where something may look for the packages elsewhere", () => {
		for (const [from, to] of [
			["pip install -r", "pip install --user -r"],
			["pip install -r", "pip install -e . -r"],
			["pip install -r", "apt-get install -y gcc && pip install -r"],
			["pip install -r", "pip install $OPTIONS -r"],
			['ENTRYPOINT ["gunicorn"]', 'ENTRYPOINT ["/usr/local/bin/gunicorn"]'],
			['ENTRYPOINT ["gunicorn"]', "ENTRYPOINT gunicorn"],
			["collectstatic", "collectstatic && pip uninstall -y pip"],
			["USER 1000", "ENV PATH=/usr/bin"],
			["COPY requirements", "USER 1000\nCOPY requirements"],
			["COPY requirements", "ARG X\nCOPY requirements"],
			["# from the lock", "FROM debian"],
		] as const) {
			assert.ok(PYTHON.includes(from), from);
			assert.equal(refactored(splitPython, PYTHON.replace(from, to)), undefined, to);
		}
	});

	it("is offered once: the result has two stages", () => {
		for (const [split, text] of [
			[splitProgram, GO],
			[splitNode, NODE],
			[splitPython, PYTHON],
		] as const) {
			const once = refactored(split, text) ?? "";
			for (const place of ["FROM ", "AS build\n"]) assert.equal(refactored(split, once.replace(place, `${place}«»`)), undefined);
		}
	});
});

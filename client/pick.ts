import { type QuickInputButton, QuickInputButtons, type QuickPickItem, window } from "vscode";

/** One question of several. `skip` says that there is nothing to ask; its answer is then taken. */
export type Question<T> = PickQuestion<T> | InputQuestion<T>;

interface PickQuestion<T> {
	readonly kind: "pick";
	readonly placeholder: string;
	readonly items: (answers: T) => readonly Choice[];
	readonly take: (answers: T, chosen: readonly string[]) => T;
	readonly many?: boolean;
}

interface InputQuestion<T> {
	readonly kind: "input";
	readonly prompt: string | ((answers: T) => string);
	readonly value?: (answers: T) => string;
	readonly skip?: (answers: T) => boolean;
	readonly validate?: (text: string) => string | undefined;
	readonly take: (answers: T, text: string) => T;
}

export interface Choice {
	readonly value: string;
	readonly label: string;
	readonly description?: string;
	readonly detail?: string;
	readonly picked?: boolean;
}

type Answer =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "chosen"; readonly chosen: readonly string[] }
	| { readonly kind: "back" }
	| undefined;

/**
 * Asks one question after the other, with a step count and a way back. A question with fewer than two choices is not asked.
 * Undefined if the user walks away.
 */
export async function askAll<T>(title: string, start: T, questions: readonly Question<T>[]): Promise<T | undefined> {
	const path: { readonly question: number; readonly answers: T }[] = [];
	let answers = start;
	let index = 0;
	while (index < questions.length) {
		const question = questions[index] as Question<T>;
		const items = question.kind === "pick" ? question.items(answers) : [];
		if (!isAsked(question, answers)) {
			if (question.kind === "pick" && !question.many)
				answers = question.take(
					answers,
					items.map((item) => item.value),
				);
			index++;
			continue;
		}
		const after = questions.slice(index + 1).filter((later) => isAsked(later, answers)).length;
		const frame = { title, step: path.length + 1, steps: path.length + 1 + after, canGoBack: path.length > 0 };
		const answer =
			question.kind === "pick"
				? await pick(frame, question.placeholder, items, question.many ?? false)
				: await input(frame, question, answers);
		if (answer === undefined) return undefined;
		if (answer.kind === "back") {
			const before = path.pop();
			if (before !== undefined) ({ question: index, answers } = before);
			continue;
		}
		path.push({ question: index, answers });
		if (answer.kind === "text" && question.kind === "input") answers = question.take(answers, answer.text);
		else if (answer.kind === "chosen" && question.kind === "pick") answers = question.take(answers, answer.chosen);
		index++;
	}
	return answers;
}

/** Whether there is something to ask, as far as the answers so far tell. */
function isAsked<T>(question: Question<T>, answers: T): boolean {
	if (question.kind === "input") return !question.skip?.(answers);
	const { length } = question.items(answers);
	return length > 1 || (length === 1 && question.many === true);
}

interface Frame {
	readonly title: string;
	readonly step: number;
	readonly steps: number;
	readonly canGoBack: boolean;
}

function pick(frame: Frame, placeholder: string, choices: readonly Choice[], many: boolean): Promise<Answer> {
	const box = window.createQuickPick<QuickPickItem & { readonly value: string }>();
	const items = choices.map(({ value, label, description, detail }) => ({
		value,
		label,
		...(description === undefined ? {} : { description }),
		...(detail === undefined ? {} : { detail }),
	}));
	Object.assign(box, {
		title: frame.title,
		step: frame.step,
		totalSteps: frame.steps,
		placeholder,
		ignoreFocusOut: true,
		matchOnDescription: true,
		matchOnDetail: true,
		canSelectMany: many,
	});
	box.items = items;
	const picked = items.filter((_, index) => choices[index]?.picked);
	if (many) box.selectedItems = picked;
	else if (picked[0] !== undefined) box.activeItems = picked.slice(0, 1);
	return shown(box, frame, () => ({ kind: "chosen", chosen: box.selectedItems.map((item) => item.value) }));
}

function input<T>(frame: Frame, question: InputQuestion<T>, answers: T): Promise<Answer> {
	const box = window.createInputBox();
	const prompt = typeof question.prompt === "string" ? question.prompt : question.prompt(answers);
	Object.assign(box, {
		title: frame.title,
		step: frame.step,
		totalSteps: frame.steps,
		prompt,
		value: question.value?.(answers) ?? "",
		ignoreFocusOut: true,
	});
	return shown(box, frame, () => {
		const complaint = question.validate?.(box.value);
		box.validationMessage = complaint;
		return complaint === undefined ? { kind: "text", text: box.value } : "stay";
	});
}

interface Box {
	buttons: readonly QuickInputButton[];
	onDidTriggerButton(listener: (button: QuickInputButton) => void): unknown;
	onDidAccept(listener: () => void): unknown;
	onDidHide(listener: () => void): unknown;
	show(): void;
	dispose(): void;
}

function shown(box: Box, frame: Frame, accept: () => Answer | "stay"): Promise<Answer> {
	return new Promise((resolve) => {
		const end = (answer: Answer): void => {
			resolve(answer);
			box.dispose();
		};
		if (frame.canGoBack) box.buttons = [QuickInputButtons.Back];
		box.onDidTriggerButton(() => end({ kind: "back" }));
		box.onDidAccept(() => {
			const answer = accept();
			if (answer !== "stay") end(answer);
		});
		box.onDidHide(() => end(undefined));
		box.show();
	});
}

/** What a table says of a key; undefined for a key that it does not have, and for names that every object has, such as `constructor`. */
export function ownValue<Value>(table: Readonly<Record<string, Value>> | undefined, key: string | undefined): Value | undefined {
	return table !== undefined && key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

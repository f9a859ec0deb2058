/** Whether a key belongs to somebody who types, or to the composing of Chinese. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return event.isComposing || !!target?.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
}

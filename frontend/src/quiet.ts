/** Return a listener that calls `act` with the last event once none has come for `ms` milliseconds. */
export function waitForQuiet(ms: number, act: (event: Event) => void): (event: Event) => void {
  let timer = 0;
  return (event) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => act(event), ms);
  };
}

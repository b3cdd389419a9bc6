// Starts the console's circuit, and does what only a browser can: the palette's key, copying, reload after a server restart.
declare const Blazor: { start(options: object): Promise<void> };

const reconnect = document.getElementById('components-reconnect-modal');
if (reconnect) {
  // After a restart of the server the old circuit is gone for good; only a fresh page helps.
  new MutationObserver(() => {
    if (reconnect.classList.contains('components-reconnect-rejected')) {
      location.reload();
    }
  }).observe(reconnect, { attributes: true, attributeFilter: ['class'] });
  reconnect.querySelector('button')?.addEventListener('click', () => location.reload());
}

void Blazor.start({
  circuit: {
    reconnectionOptions: {
      maxRetries: 60,
      retryIntervalMilliseconds: (attempt: number) => (attempt > 60 ? null : Math.min(500 * (attempt + 1), 3000)),
    },
  },
});

document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    const opener = document.getElementById('open-palette');
    if (opener) {
      event.preventDefault();
      opener.click();
    }
  }
});

(window as unknown as { miConsole: object }).miConsole = {
  async copy(text: string): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Without https or permission: the old way, by a selection.
      const area = document.createElement('textarea');
      area.value = text;
      area.style.position = 'fixed';
      area.style.opacity = '0';
      document.body.append(area);
      area.select();
      const done = document.execCommand('copy');
      area.remove();
      return done;
    }
  },
  focus(id: string): void {
    document.getElementById(id)?.focus();
  },
  /** The circuit's first call: from here on the page answers to clicks. */
  timeZone(): string {
    document.documentElement.dataset.circuit = 'on';
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  },
};

import type { Attachment } from 'svelte/attachments';

/** Which part of a long element the window shows, whatever it is that scrolls. */
export class InView {
  /** In px from the element's top. */
  top = $state(0);
  height = $state(0);
  #element: HTMLElement | undefined;

  readonly follow: Attachment<HTMLElement> = (element) => {
    this.#element = element;
    this.#measure();
    // A scroll does not bubble.
    document.addEventListener('scroll', this.#measure, { capture: true, passive: true });
    window.addEventListener('resize', this.#measure);
    return () => {
      document.removeEventListener('scroll', this.#measure, { capture: true });
      window.removeEventListener('resize', this.#measure);
    };
  };

  /** For what stands in place of rows: it comes into view without a scroll where something above it folds. */
  readonly watch: Attachment = (gap) => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) this.#measure();
    });
    observer.observe(gap);
    return () => {
      observer.disconnect();
    };
  };

  readonly #measure = (): void => {
    if (this.#element === undefined) return;
    const { top, bottom } = this.#element.getBoundingClientRect();
    this.top = Math.max(0, -top);
    this.height = Math.max(0, Math.min(window.innerHeight, bottom) - Math.max(0, top));
  };
}

/** What Bun has, as far as the example needs it. */
export declare const Bun: {
  file(path: string): Blob;
  serve(options: { port: number; fetch(request: Request): Promise<Response> }): void;
};

/** A file and where it goes below the directory it was dropped onto. */
export interface Dropped {
  path: string;
  file: File;
}

/** Everything that was dropped: files, and what is in the directories among them, however deep. */
export async function droppedIn(data: DataTransfer): Promise<Dropped[]> {
  // What is dropped can be asked for only now, before anything is waited for.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const plain = [...data.files];
  if (entries.every((entry) => entry === null)) return plain.map((file) => ({ path: file.name, file }));
  return (await Promise.all(entries.filter((entry) => entry !== null).map(filesOf))).flat();
}

async function filesOf(entry: FileSystemEntry): Promise<Dropped[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((give, fail) => (entry as FileSystemFileEntry).file(give, fail));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Dropped[] = [];
  for (;;) {
    // A directory is read in parts; the one that is empty is the last.
    const part = await new Promise<FileSystemEntry[]>((give, fail) => reader.readEntries(give, fail));
    if (part.length === 0) return found;
    found.push(...(await Promise.all(part.map(filesOf))).flat());
  }
}

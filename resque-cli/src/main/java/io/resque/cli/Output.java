package io.resque.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Standard output or error, which remembers that something could not be written. A {@link java.io.PrintWriter} does not say why. */
final class Output extends OutputStream {
    private final OutputStream to;
    private @Nullable String lost;

    Output(FileDescriptor to) {
        this.to = new FileOutputStream(to);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            to.write(bytes, offset, length);
        } catch (IOException e) {
            lost = String.valueOf(e.getMessage());
            throw e;
        }
    }

    /** Why something could not be written; null if all was, or if nobody reads any longer, as behind a pipe to {@code head}. */
    @Nullable
    String lost() {
        return lost == null || lost.contains("Broken pipe") ? null : lost;
    }
}

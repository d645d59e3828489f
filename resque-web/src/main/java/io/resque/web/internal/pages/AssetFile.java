package io.resque.web.internal.pages;

import io.resque.web.internal.http.WebResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A file beside the pages. Its name holds its hash, so browsers can keep it. */
enum AssetFile {
    STYLE("style.css", "text/css; charset=utf-8"),
    PAGES("pages.js", "text/javascript; charset=utf-8"),
    LIVE("live.js", "text/javascript; charset=utf-8"),
    ICON("icon.svg", "image/svg+xml");

    private final String name;
    private final WebResponse response;

    AssetFile(String file, String type) {
        try (InputStream in = AssetFile.class.getResourceAsStream(file)) {
            byte[] content = in.readAllBytes();
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            String[] parts = file.split("\\.", 2);
            this.name = parts[0] + "-" + HexFormat.of().formatHex(Arrays.copyOf(hash, 8)) + "." + parts[1];
            this.response = WebResponse.of(200, type, content).forever();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // each JDK has it
        }
    }

    /** In the folder {@code assets} of the place where the pages are mounted. */
    String path() {
        return name;
    }

    WebResponse response() {
        return response;
    }
}

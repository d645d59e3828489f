package io.resque.web.internal.pages;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands around the content of each page.
 *
 * @param mount the way from this page to the place where the pages are mounted
 * @param instance the name of the instance that is shown
 * @param instances links to the other instances; empty if there is one
 * @param notice what the last button has done
 * @param hidden fields that each form needs, such as the token that Spring Security asks for
 */
record Frame(
        Texts texts,
        String title,
        String mount,
        String instance,
        List<Link> navigation,
        List<Link> instances,
        @Nullable String notice,
        Map<String, String> hidden) {
    String text(String key, Object... values) {
        return texts.text(key, values);
    }

    String asset(AssetFile file) {
        return mount + "assets/" + file.path();
    }
}

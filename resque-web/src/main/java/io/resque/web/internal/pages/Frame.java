package io.resque.web.internal.pages;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands around the content of each page.
 *
 * @param mount the way from this page to the place where the pages are mounted
 * @param instance the name of the instance that is shown
 * @param live whether the script may ask for the page again; it must not where a button asks whether the visitor is sure
 * @param instances links to the other instances; empty if there is one
 * @param notice what the last button has done
 * @param hidden fields that each form needs, such as the token that Spring Security asks for
 */
record Frame(
        Texts texts,
        String title,
        String mount,
        String instance,
        boolean live,
        List<Link> navigation,
        List<Link> instances,
        @Nullable String notice,
        Map<String, String> hidden) {
    /** Of a page that costs a search, or in which a visitor writes: the script does not ask for it again and again. */
    Frame still() {
        return new Frame(texts, title, mount, instance, false, navigation, instances, notice, hidden);
    }

    String text(String key, Object... values) {
        return texts.text(key, values);
    }

    String asset(AssetFile file) {
        return mount + "assets/" + file.path();
    }
}

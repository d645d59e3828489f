package io.resque.activejob.codec;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A GlobalID, the name of a record in a Rails application: {@code gid://shop/Person/7}. It is a value: nothing is looked up.
 *
 * @param app the name of the application, such as {@code shop-app} for {@code ShopApp}. A Rails worker does not compare it with its own: it
 *     looks the record up in its own database
 * @param model the name of the class, such as {@code Shop::Person}
 * @param ids the id of the record, or the parts of a composite one; at least one, and none of them empty
 * @param params the parameters behind {@code ?}; mostly none
 */
public record GlobalId(String app, String model, List<String> ids, Map<String, String> params) {
    /** What GlobalID takes for the name of an application. */
    private static final Pattern APP = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,200}[A-Za-z0-9])?");

    private static final Pattern FORM =
            Pattern.compile("(?i:gid)://([^/?#]+)/([^/?#]+)/([^?#]+)(?:\\?([^#]*))?(?:#.*)?");

    private static final int MOST_CHARACTERS = 10_000;

    /**
     * Makes a GlobalID.
     *
     * @param app the name of the application
     * @param model the name of the class
     * @param ids the id of the record, or the parts of a composite one
     * @param params the parameters
     * @throws ArgumentCodecException if the names or the ids are none
     */
    public GlobalId {
        if (!APP.matcher(app).matches()) {
            throw new ArgumentCodecException("The application of a GlobalID is " + Place.quoted(app)
                    + "; give its name in letters, digits and -, such as shop-app for ShopApp");
        }
        if (!RubyClass.of(model).isConstant()) {
            throw new ArgumentCodecException("The model of a GlobalID is " + Place.quoted(model)
                    + "; give the name of its Ruby class, such as Shop::Person");
        }
        ids = List.copyOf(ids);
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        if (ids.isEmpty() || ids.contains("")) {
            throw new ArgumentCodecException(
                    "A GlobalID of " + model + " has no id; save the record first, and give its id");
        }
        for (String text :
                List.of(String.join("", ids), String.join("", params.keySet()), String.join("", params.values()))) {
            if (Place.loneSurrogate(text) >= 0) {
                throw new ArgumentCodecException(
                        "A GlobalID of " + model + " holds half of a surrogate pair, which has no UTF-8");
            }
        }
    }

    /**
     * A GlobalID without parameters.
     *
     * @param app the name of the application
     * @param model the name of the class
     * @param ids the id of the record, or the parts of a composite one; each is written as its text
     * @return the GlobalID
     * @throws ArgumentCodecException if the names or the ids are none
     */
    public static GlobalId of(String app, String model, Object... ids) {
        return new GlobalId(app, model, Arrays.stream(ids).map(String::valueOf).toList(), Map.of());
    }

    /**
     * Reads a GlobalID, also one in Base64.
     *
     * @param text for example {@code gid://shop/Person/7}
     * @return the GlobalID
     * @throws ArgumentCodecException if the text is none
     */
    public static GlobalId parse(String text) {
        GlobalId read = read(text);
        if (read == null) {
            throw new ArgumentCodecException(
                    Place.quoted(text) + " is no GlobalID; it must look like gid://shop/Person/7");
        }
        return read;
    }

    /** Null if the text is none. */
    static @Nullable GlobalId read(String text) {
        if (text.length() > MOST_CHARACTERS) {
            return null;
        }
        GlobalId plain = plain(text);
        if (plain != null || text.isEmpty()) {
            return plain;
        }
        try {
            String decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1);
            return plain(decoded);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable GlobalId plain(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches() || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            return null;
        }
        try {
            List<String> ids = new ArrayList<>();
            for (String id : parts.group(3).split("/", -1)) {
                ids.add(decoded(id));
            }
            Map<String, String> params = new LinkedHashMap<>();
            String query = parts.group(4);
            for (String param : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
                int equals = param.indexOf('=');
                params.put(
                        decoded(equals < 0 ? param : param.substring(0, equals)),
                        equals < 0 ? "" : decoded(param.substring(equals + 1)));
            }
            return new GlobalId(parts.group(1), parts.group(2), ids, params);
        } catch (CharacterCodingException | IllegalArgumentException | ArgumentCodecException e) {
            return null;
        }
    }

    /** Strictly: what is no UTF-8 would be another id. */
    private static String decoded(String text) throws CharacterCodingException {
        byte[] bytes = URLDecoder.decode(text, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    /** Returns the text, such as {@code gid://shop/Person/7}. */
    @Override
    public String toString() {
        String query = params.entrySet().stream()
                .map(param -> form(param.getKey()) + "=" + form(param.getValue()))
                .collect(Collectors.joining("&"));
        return "gid://" + app + "/" + model + "/"
                + ids.stream()
                        .map(id -> form(id).replace("*", "%2A").replace("%7E", "~"))
                        .collect(Collectors.joining("/"))
                + (query.isEmpty() ? "" : "?" + query);
    }

    private static String form(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

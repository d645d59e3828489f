package io.resque.activejob.codec;

import java.util.Set;

/** The members by which ActiveJob says what a JSON object is, and the names of Rails' own serializers. */
final class Markers {
    static final String GLOBAL_ID = "_aj_globalid";
    static final String SERIALIZED = "_aj_serialized";
    static final String INDIFFERENT = "_aj_hash_with_indifferent_access";
    static final String SYMBOL_KEYS = "_aj_symbol_keys";
    static final String KEYWORDS = "_aj_ruby2_keywords";

    /** No hash of an application may have one of these keys. */
    static final Set<String> RESERVED = Set.of(GLOBAL_ID, SERIALIZED, INDIFFERENT, SYMBOL_KEYS, KEYWORDS);

    /** How the names of Rails' own serializers begin. */
    static final String RAILS = "ActiveJob::Serializers::";

    static final String SYMBOL = RAILS + "SymbolSerializer";
    static final String DURATION = RAILS + "DurationSerializer";
    static final String DATE = RAILS + "DateSerializer";
    static final String DATE_TIME = RAILS + "DateTimeSerializer";
    static final String TIME = RAILS + "TimeSerializer";
    static final String TIME_WITH_ZONE = RAILS + "TimeWithZoneSerializer";
    static final String MODULE = RAILS + "ModuleSerializer";
    static final String RANGE = RAILS + "RangeSerializer";
    static final String BIG_DECIMAL = RAILS + "BigDecimalSerializer";

    private Markers() {}
}

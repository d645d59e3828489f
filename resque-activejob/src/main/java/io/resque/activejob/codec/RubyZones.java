package io.resque.activejob.codec;

import java.time.ZoneId;
import java.time.zone.ZoneRulesProvider;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The time zones that Rails knows: by a name of its own, such as Berlin, and by those of the time zone database. */
final class RubyZones {
    /** The names whose times Rails writes with Z. */
    private static final Set<String> UTC =
            Set.of("Etc/UTC", "UTC", "Etc/UCT", "UCT", "Etc/Universal", "Universal", "Etc/Zulu", "Zulu");

    /** Java has had these for itself. */
    private static final String JAVAS_OWN = "SystemV/";

    private static final Map<String, String> RAILS = rails();

    private RubyZones() {}

    private static Map<String, String> rails() {
        Map<String, String> zones = new LinkedHashMap<>();
        NAMES.lines().forEach(line -> {
            int split = line.indexOf(':');
            for (String name : line.substring(split + 1).split(",")) {
                zones.put(name.strip(), line.substring(0, split));
            }
        });
        return Map.copyOf(zones);
    }

    /** The names that only Rails has. */
    static Set<String> names() {
        return RAILS.keySet();
    }

    /** Whether a Rails worker knows a zone of this name. */
    static boolean isKnown(String name) {
        return RAILS.containsKey(name)
                || ZoneRulesProvider.getAvailableZoneIds().contains(name) && !name.startsWith(JAVAS_OWN);
    }

    /** The zone of a name; null if it is unknown, or this JVM does not have it. */
    static @Nullable ZoneId zone(String name) {
        String id = RAILS.getOrDefault(name, name);
        return isKnown(name) && ZoneRulesProvider.getAvailableZoneIds().contains(id) ? ZoneId.of(id) : null;
    }

    static boolean isUtc(String id) {
        return UTC.contains(id);
    }

    /** The name of a zone as Rails writes it with a time. */
    static String written(String id) {
        return id.equals("UTC") ? "Etc/UTC" : id;
    }

    /**
     * The zone in the time zone database, and the names that ActiveSupport has for it in all versions. Before 7.1, Astana was Asia/Dhaka.
     */
    private static final String NAMES = """
            Etc/GMT+12:International Date Line West
            Pacific/Midway:Midway Island
            Pacific/Pago_Pago:American Samoa
            Pacific/Honolulu:Hawaii
            America/Juneau:Alaska
            America/Los_Angeles:Pacific Time (US & Canada)
            America/Tijuana:Tijuana
            America/Denver:Mountain Time (US & Canada)
            America/Phoenix:Arizona
            America/Chihuahua:Chihuahua
            America/Mazatlan:Mazatlan
            America/Chicago:Central Time (US & Canada)
            America/Regina:Saskatchewan
            America/Mexico_City:Guadalajara,Mexico City
            America/Monterrey:Monterrey
            America/Guatemala:Central America
            America/New_York:Eastern Time (US & Canada)
            America/Indiana/Indianapolis:Indiana (East)
            America/Bogota:Bogota
            America/Lima:Lima,Quito
            America/Halifax:Atlantic Time (Canada)
            America/Caracas:Caracas
            America/La_Paz:La Paz
            America/Santiago:Santiago
            America/St_Johns:Newfoundland
            America/Sao_Paulo:Brasilia
            America/Argentina/Buenos_Aires:Buenos Aires
            America/Montevideo:Montevideo
            America/Guyana:Georgetown
            America/Puerto_Rico:Puerto Rico
            America/Godthab:Greenland
            Atlantic/South_Georgia:Mid-Atlantic
            Atlantic/Azores:Azores
            Atlantic/Cape_Verde:Cape Verde Is.
            Europe/Dublin:Dublin
            Europe/London:Edinburgh,London
            Europe/Lisbon:Lisbon
            Africa/Casablanca:Casablanca
            Africa/Monrovia:Monrovia
            Etc/UTC:UTC
            Europe/Belgrade:Belgrade
            Europe/Bratislava:Bratislava
            Europe/Budapest:Budapest
            Europe/Ljubljana:Ljubljana
            Europe/Prague:Prague
            Europe/Sarajevo:Sarajevo
            Europe/Skopje:Skopje
            Europe/Warsaw:Warsaw
            Europe/Zagreb:Zagreb
            Europe/Brussels:Brussels
            Europe/Copenhagen:Copenhagen
            Europe/Madrid:Madrid
            Europe/Paris:Paris
            Europe/Amsterdam:Amsterdam
            Europe/Berlin:Berlin
            Europe/Zurich:Bern,Zurich
            Europe/Rome:Rome
            Europe/Stockholm:Stockholm
            Europe/Vienna:Vienna
            Africa/Algiers:West Central Africa
            Europe/Bucharest:Bucharest
            Africa/Cairo:Cairo
            Europe/Helsinki:Helsinki
            Europe/Kiev:Kyiv
            Europe/Riga:Riga
            Europe/Sofia:Sofia
            Europe/Tallinn:Tallinn
            Europe/Vilnius:Vilnius
            Europe/Athens:Athens
            Europe/Istanbul:Istanbul
            Europe/Minsk:Minsk
            Asia/Jerusalem:Jerusalem
            Africa/Harare:Harare
            Africa/Johannesburg:Pretoria
            Europe/Kaliningrad:Kaliningrad
            Europe/Moscow:Moscow,St. Petersburg
            Europe/Volgograd:Volgograd
            Europe/Samara:Samara
            Asia/Kuwait:Kuwait
            Asia/Riyadh:Riyadh
            Africa/Nairobi:Nairobi
            Asia/Baghdad:Baghdad
            Asia/Tehran:Tehran
            Asia/Muscat:Abu Dhabi,Muscat
            Asia/Baku:Baku
            Asia/Tbilisi:Tbilisi
            Asia/Yerevan:Yerevan
            Asia/Kabul:Kabul
            Asia/Yekaterinburg:Ekaterinburg
            Asia/Karachi:Islamabad,Karachi
            Asia/Tashkent:Tashkent
            Asia/Kolkata:Chennai,Kolkata,Mumbai,New Delhi
            Asia/Kathmandu:Kathmandu
            Asia/Dhaka:Dhaka
            Asia/Colombo:Sri Jayawardenepura
            Asia/Almaty:Almaty,Astana
            Asia/Novosibirsk:Novosibirsk
            Asia/Rangoon:Rangoon
            Asia/Bangkok:Bangkok,Hanoi
            Asia/Jakarta:Jakarta
            Asia/Krasnoyarsk:Krasnoyarsk
            Asia/Shanghai:Beijing
            Asia/Chongqing:Chongqing
            Asia/Hong_Kong:Hong Kong
            Asia/Urumqi:Urumqi
            Asia/Kuala_Lumpur:Kuala Lumpur
            Asia/Singapore:Singapore
            Asia/Taipei:Taipei
            Australia/Perth:Perth
            Asia/Irkutsk:Irkutsk
            Asia/Ulaanbaatar:Ulaanbaatar
            Asia/Seoul:Seoul
            Asia/Tokyo:Osaka,Sapporo,Tokyo
            Asia/Yakutsk:Yakutsk
            Australia/Darwin:Darwin
            Australia/Adelaide:Adelaide
            Australia/Melbourne:Canberra,Melbourne
            Australia/Sydney:Sydney
            Australia/Brisbane:Brisbane
            Australia/Hobart:Hobart
            Asia/Vladivostok:Vladivostok
            Pacific/Guam:Guam
            Pacific/Port_Moresby:Port Moresby
            Asia/Magadan:Magadan
            Asia/Srednekolymsk:Srednekolymsk
            Pacific/Guadalcanal:Solomon Is.
            Pacific/Noumea:New Caledonia
            Pacific/Fiji:Fiji
            Asia/Kamchatka:Kamchatka
            Pacific/Majuro:Marshall Is.
            Pacific/Auckland:Auckland,Wellington
            Pacific/Tongatapu:Nuku'alofa
            Pacific/Fakaofo:Tokelau Is.
            Pacific/Chatham:Chatham Is.
            Pacific/Apia:Samoa
            """;
}

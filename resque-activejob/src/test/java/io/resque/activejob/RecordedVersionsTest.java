package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.activejob.codec.ArgumentCodec;
import io.resque.activejob.codec.ArgumentCodecException;
import io.resque.activejob.codec.Arguments;
import io.resque.activejob.codec.RubyRange;
import io.resque.activejob.codec.UnknownObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each version of Rails writes, by name ({@code versions.json}), is what ours writes, refuses and reads. */
class RecordedVersionsTest {
    private static final Map<String, Object> VERSIONS = Recorded.tree("versions");
    private static final ArgumentCodec CODEC = ArgumentCodec.builder().build();

    private static List<String> written() {
        return List.copyOf(
                JobHash.of(ActiveJob.of("A"), CODEC, "default", "id", Instant.EPOCH, Instant.EPOCH, null, null)
                        .keySet());
    }

    @Test
    void theMembersAreThoseOf71To81AndHoldThoseOfAllEarlierVersions() {
        Recorded.map(VERSIONS.get("members")).forEach((version, listed) -> {
            List<String> members = Recorded.list(listed).stream()
                    .map(Object::toString)
                    .filter(member -> !member.startsWith("…"))
                    .toList();
            if (version.matches("7\\.[12]|8\\.[01]")) {
                assertThat(written()).as(version).isEqualTo(members);
            } else if (version.matches("[4-7]\\.\\d")) {
                assertThat(written()).as(version).containsSubsequence(members);
            }
            assertThat(JobHash.MEMBERS).as(version).containsAll(members);
        });
        assertThat(VERSIONS.get("wrapper")).isEqualTo(ActiveJobs.WRAPPER);
    }

    @Test
    void eachMarkerIsRefusedAsAKey() {
        assertThat(Recorded.map(VERSIONS.get("markers")).keySet())
                .hasSize(5)
                .allSatisfy(marker -> assertThatThrownBy(() -> CODEC.write(Arguments.of(Map.of(marker, 1))))
                        .isInstanceOf(ArgumentCodecException.class));
    }

    @Test
    void eachSerializerIsKnownButForTheOneThatIsNeverOnTheWire() {
        assertThat(Recorded.map(VERSIONS.get("serializers")).keySet())
                .hasSize(10)
                .allSatisfy(name -> {
                    List<Object> wrong = List.of(Map.of("_aj_serialized", name, "value", List.of()));
                    if (name.endsWith("ActionControllerParametersSerializer")) {
                        assertThat(CODEC.read(wrong).positional())
                                .singleElement()
                                .isInstanceOf(UnknownObject.class);
                    } else if (name.endsWith("RangeSerializer")) {
                        assertThat(CODEC.read(wrong).positional())
                                .singleElement()
                                .isInstanceOf(RubyRange.class);
                    } else {
                        assertThatThrownBy(() -> CODEC.read(wrong)).isInstanceOf(ArgumentCodecException.class);
                    }
                });
    }
}

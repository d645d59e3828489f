/** A serializer that stands on no library. Shown in docs/write-an-adapter.md. */
@NullMarked
package com.example.json;

import org.jspecify.annotations.NullMarked;

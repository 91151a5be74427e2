package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.Features.TemperatureThreshold;
import io.nvmetcp.nvme.Status;

/**
 * Temperature thresholds of one controller and the warning that they give (Base specification
 * 5.27.1.3). There is no sensor: the temperature is nominal, so a host can try its alarms, and
 * nothing else. Guarded by its owner.
 */
final class Health {
  /** Composite temperature: 25 °C. */
  static final int TEMPERATURE_KELVIN = 298;

  /** WCTEMP: 70 °C. */
  static final int WARNING_KELVIN = 343;

  /** CCTEMP: 80 °C. */
  static final int CRITICAL_KELVIN = 353;

  /** Critical warning bit of the SMART log, and of the event configuration. */
  static final int TEMPERATURE_WARNING = 1 << 1;

  /** All bits of the event configuration that speak of health (SMART critical warnings). */
  static final int WARNINGS = 0x3F;

  private static final int COMPOSITE = 0;
  private static final int ALL_SENSORS = 0xF;
  private static final int THSEL_SHIFT = 20;
  private static final int THSEL_MASK = 0x3;

  private int overKelvin = WARNING_KELVIN;
  private int underKelvin;

  /** Critical warnings now. */
  int warnings() {
    boolean unfit = TEMPERATURE_KELVIN >= overKelvin || TEMPERATURE_KELVIN <= underKelvin;
    return unfit ? TEMPERATURE_WARNING : 0;
  }

  int set(int dword11) {
    TemperatureThreshold asked = TemperatureThreshold.decode(dword11);
    boolean known = asked.sensor() == COMPOSITE || asked.sensor() == ALL_SENSORS;
    if (!known || !isThreshold(dword11)) {
      return Status.INVALID_FIELD;
    }
    if (asked.under()) {
      underKelvin = asked.kelvin();
    } else {
      overKelvin = asked.kelvin();
    }
    return Status.SUCCESS;
  }

  /** A threshold, or -1 if there is none for what dword 11 selects. */
  int get(int dword11, boolean initial) {
    TemperatureThreshold asked = TemperatureThreshold.decode(dword11);
    if (asked.sensor() != COMPOSITE || !isThreshold(dword11)) {
      return -1;
    }
    if (asked.under()) {
      return initial ? 0 : underKelvin;
    }
    return initial ? WARNING_KELVIN : overKelvin;
  }

  // THSEL has two bits, and two values.
  private static boolean isThreshold(int dword11) {
    return (dword11 >>> THSEL_SHIFT & THSEL_MASK) <= 1;
  }

  void reset() {
    overKelvin = WARNING_KELVIN;
    underKelvin = 0;
  }
}

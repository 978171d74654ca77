//! Money: amounts in a currency's main unit, made into minor units.

use super::Form;

/// ISO 4217, list one: currencies without minor units.
const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
/// With hundredths.
const TWO: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN \
    BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD \
    FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT \
    LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO \
    NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD \
    SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG \
    YER ZAR ZMW ZWG";
/// With thousandths.
const THREE: &str = "BHD IQD JOD KWD LYD OMN TND";
/// With ten-thousandths.
const FOUR: &str = "CLF UYW";

/// Decimals of a currency's main unit; nothing for a code that ISO 4217 does not give any.
pub(crate) fn exponent(currency: &str) -> Option<usize> {
    [(NONE, 0), (TWO, 2), (THREE, 3), (FOUR, 4)]
        .into_iter()
        .find(|(codes, _)| codes.split_whitespace().any(|code| code == currency))
        .map(|(_, exponent)| exponent)
}

/// Reads an amount in the main unit of `currency`, such as `12.50`, as minor units.
pub(crate) fn parse(text: &str, currency: &str) -> Form<String> {
    let places = exponent(currency).ok_or_else(|| {
        format!("cannot be read: {currency} has no known number of decimals; write minor units")
    })?;
    let text = text.trim();
    if text.starts_with(['-', '\u{2212}']) {
        return Err("is negative; amounts have no sign, the event type says the direction".into());
    }
    if text.contains([',', ' ', '\'', '\u{a0}', '\u{202f}']) {
        return Err(
            "holds a separator, which is read in two ways; write digits and one point".into()
        );
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) || text.ends_with('.') {
        return Err(format!("is no amount; write it as {}", sample(places)));
    }
    if fraction.len() > places {
        return Err(match places {
            0 => format!("has decimals, and {currency} has none"),
            n => format!("has {} decimals, and {currency} has {n}", fraction.len()),
        });
    }
    let minor = format!("{whole}{fraction:0<places$}");
    let minor = minor.trim_start_matches('0');
    match minor.len() {
        0 => Ok("0".to_owned()),
        1..=30 => Ok(minor.to_owned()),
        _ => Err("has more than 30 digits".to_owned()),
    }
}

/// Reads `12.50 USD` or `USD 12.50`, as minor units and currency.
pub(crate) fn parse_with_currency(text: &str) -> Form<(String, String)> {
    let is_code = |part: &&str| part.len() == 3 && part.bytes().all(|b| b.is_ascii_uppercase());
    let parts = text.trim().split_once(' ').map(|(a, b)| (a.trim(), b.trim()));
    let (amount, currency) = match parts {
        Some((amount, currency)) if is_code(&currency) => (amount, currency),
        Some((currency, amount)) if is_code(&currency) => (amount, currency),
        _ => return Err("is no money; write it as 12.50 USD".to_owned()),
    };
    Ok((parse(amount, currency)?, currency.to_owned()))
}

/// Minor units as an amount in the main unit, for the author to check.
pub(crate) fn shown(minor: &str, currency: &str) -> Option<String> {
    let places = exponent(currency)?;
    let padded = format!("{minor:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at_checked(padded.len() - places)?;
    let point = if places == 0 { "" } else { "." };
    Some(format!("{whole}{point}{fraction} {currency}"))
}

fn sample(places: usize) -> String {
    if places == 0 {
        "1250".to_owned()
    } else {
        format!("12.{}", "5000".get(..places).unwrap_or("5"))
    }
}

//! Logos: read as JPEG or PNG and nothing else, measured before they are unpacked, cut to a
//! square and written anew, so that nothing that hides in a file stays.

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::png::PngEncoder,
    imageops::FilterType,
};
use program::terms::{LOGO_BYTES, LOGO_SIDE_PX};
use std::{fmt, io::Cursor};

/// Pixels of a side of what is kept, at most: enough for the largest place at twice its size.
const SIDE_PX: u32 = 256;

/// Most bytes that unpacking may take: a picture of the greatest size, four times over.
const MOST_MEMORY: u64 = 64 * 1024 * 1024;

/// Why a file is no logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoError {
    /// More bytes than a logo may have.
    TooLong(usize),
    /// It begins like neither JPEG nor PNG.
    Kind,
    /// Its sides are shorter or longer than they may be.
    Size {
        /// Pixels from left to right.
        width: u32,
        /// Pixels from top to bottom.
        height: u32,
    },
    /// It breaks off, or is no picture though it begins like one.
    Broken,
}

impl fmt::Display for LogoError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = (LOGO_SIDE_PX.start(), LOGO_SIDE_PX.end());
        match self {
            Self::TooLong(bytes) => write!(
                formatter,
                "The file has {:.1} MB. Up to {} MB fit.",
                *bytes as f64 / 1e6,
                LOGO_BYTES / 1_000_000
            ),
            Self::Kind => {
                formatter.write_str("The file is neither JPEG nor PNG. Save it as one of them.")
            }
            Self::Size { width, height } => write!(
                formatter,
                "The picture is {width} by {height} pixels. Each side has {least} to {most}."
            ),
            Self::Broken => formatter.write_str(
                "The picture cannot be read to its end. Save it anew as PNG, and choose it again.",
            ),
        }
    }
}

impl std::error::Error for LogoError {}

/// The logo that a file becomes, as PNG.
///
/// # Errors
/// When it is none, with a sentence for whoever chose it.
pub fn logo(file: &[u8]) -> Result<Vec<u8>, LogoError> {
    if file.len() > LOGO_BYTES as usize {
        return Err(LogoError::TooLong(file.len()));
    }
    let format = match image::guess_format(file) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png)) => format,
        _ => return Err(LogoError::Kind),
    };
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| LogoError::Broken)?;
    // Known from the file's beginning: a bomb is not unpacked to be measured.
    let (width, height) = decoder.dimensions();
    if !LOGO_SIDE_PX.contains(&width) || !LOGO_SIDE_PX.contains(&height) {
        return Err(LogoError::Size { width, height });
    }
    // Phones write down which side is up, instead of turning the picture.
    let orientation = decoder.orientation().map_err(|_| LogoError::Broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| LogoError::Broken)?;
    picture.apply_orientation(orientation);
    // The sides may have changed places.
    let (width, height) = (picture.width(), picture.height());
    let side = width.min(height);
    let square = picture.crop_imm((width - side) / 2, (height - side) / 2, side, side);
    let square = if side > SIDE_PX {
        square.resize_exact(SIDE_PX, SIDE_PX, FilterType::CatmullRom)
    } else {
        square
    };
    let mut png = Vec::new();
    square
        .into_rgba8()
        .write_with_encoder(PngEncoder::new(&mut png))
        .map_err(|_| LogoError::Broken)?;
    Ok(png)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageBuffer, Rgb, RgbImage};
    use proptest::prelude::*;

    fn file(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let picture: RgbImage =
            ImageBuffer::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 90]));
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    #[test]
    fn a_picture_is_cut_to_a_square_and_written_anew() {
        for (width, height, format, side) in [
            (120, 120, ImageFormat::Png, 120),
            (1000, 1000, ImageFormat::Png, 256),
            (640, 200, ImageFormat::Jpeg, 200),
        ] {
            let png = logo(&file(width, height, format)).unwrap();
            let again = image::load_from_memory(&png).unwrap();
            assert_eq!((again.width(), again.height()), (side, side));
        }
    }

    /// A JPEG that says which of its sides is up (Exif 2.3, tag 0x0112).
    fn turned(width: u32, height: u32, orientation: u8) -> Vec<u8> {
        let mut file = file(width, height, ImageFormat::Jpeg);
        let mut exif = b"\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08".to_vec();
        exif.extend(b"\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00");
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        file.splice(2..2, exif);
        file
    }

    #[test]
    fn a_picture_that_was_turned_is_cut_from_its_middle() {
        // Red grows from left to right, green from top to bottom, as the camera saw it.
        let corner = |orientation| {
            let png = logo(&turned(240, 120, orientation)).unwrap();
            let picture = image::load_from_memory(&png).unwrap().to_rgb8();
            assert_eq!(picture.dimensions(), (120, 120), "{orientation}");
            let [red, green, _] = picture.get_pixel(4, 4).0;
            // Out of the middle of the long side: neither of its ends.
            (red > 120, green > 60)
        };
        assert_eq!(corner(1), (false, false));
        assert_eq!(corner(3), (true, true));
        assert_eq!(corner(6), (false, true));
        assert_eq!(corner(8), (true, false));
    }

    #[test]
    fn what_hides_behind_a_picture_does_not_stay() {
        let mut polyglot = file(200, 200, ImageFormat::Png);
        polyglot.extend(b"<script>alert(1)</script>PK\x03\x04");
        let png = logo(&polyglot).unwrap();
        assert!(!png.windows(8).any(|some| some == b"<script>"));
        assert!(png.ends_with(b"IEND\xaeB`\x82"));
    }

    #[test]
    fn everything_else_is_refused_with_its_sentence() {
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
        assert_eq!(logo(svg), Err(LogoError::Kind));
        assert_eq!(logo(b"GIF89a\x01\x00\x01\x00"), Err(LogoError::Kind));
        assert_eq!(logo(b""), Err(LogoError::Kind));
        assert_eq!(
            logo(&vec![0; 5_000_001]),
            Err(LogoError::TooLong(5_000_001))
        );
        let (width, height) = (119, 200);
        let small = file(width, height, ImageFormat::Png);
        assert_eq!(logo(&small), Err(LogoError::Size { width, height }));
        let (width, height) = (2400, 600);
        let wide = file(width, height, ImageFormat::Jpeg);
        assert_eq!(logo(&wide), Err(LogoError::Size { width, height }));
        let whole = file(200, 200, ImageFormat::Png);
        assert_eq!(logo(&whole[..whole.len() / 2]), Err(LogoError::Broken));
        assert_eq!(
            LogoError::Size { width, height }.to_string(),
            "The picture is 2400 by 600 pixels. Each side has 120 to 1000."
        );
    }

    /// Sides of 60,000 pixels said in a few bytes.
    #[test]
    fn a_bomb_is_measured_and_not_unpacked() {
        let mut bomb = file(120, 120, ImageFormat::Png);
        for at in [16, 20] {
            bomb[at..at + 4].copy_from_slice(&60_000_u32.to_be_bytes());
        }
        // The checksum of the header, too, so that the size is believed.
        let checksum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
        let (width, height) = (60_000, 60_000);
        assert_eq!(logo(&bomb), Err(LogoError::Size { width, height }));
    }

    fn crc(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 {
                    crc >> 1 ^ 0xedb8_8320
                } else {
                    crc >> 1
                }
            })
        };
        !bytes.iter().fold(!0, step)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_file_breaks_it(at in 0usize..2_000, byte: u8, is_jpeg: bool) {
            let format = if is_jpeg { ImageFormat::Jpeg } else { ImageFormat::Png };
            let mut file = file(130, 140, format);
            let at = at % file.len();
            file[at] = byte;
            let _ = logo(&file);
        }
    }
}

"""Words that names of imaginary firms are made of, Chinese and English side by side."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """A city, its province and the region of its credit codes."""

    zh: str
    en: str
    province: str
    region: str


@dataclass(frozen=True)
class Country:
    """A country abroad with towns and legal forms."""

    code: str
    towns: tuple[str, ...]
    forms: tuple[str, ...]


CITIES = tuple(
    City(*line.split())
    for line in (
        "苏州 Suzhou 江苏 320500",
        "无锡 Wuxi 江苏 320200",
        "常州 Changzhou 江苏 320400",
        "南京 Nanjing 江苏 320100",
        "上海 Shanghai 上海 310000",
        "北京 Beijing 北京 110000",
        "天津 Tianjin 天津 120000",
        "重庆 Chongqing 重庆 500000",
        "深圳 Shenzhen 广东 440300",
        "广州 Guangzhou 广东 440100",
        "东莞 Dongguan 广东 441900",
        "杭州 Hangzhou 浙江 330100",
        "宁波 Ningbo 浙江 330200",
        "威海 Weihai 山东 371000",
        "青岛 Qingdao 山东 370200",
        "武汉 Wuhan 湖北 420100",
        "长沙 Changsha 湖南 430100",
        "成都 Chengdu 四川 510100",
        "厦门 Xiamen 福建 350200",
        "西安 Xi'an 陕西 610100",
        "沈阳 Shenyang 辽宁 210100",
        "大连 Dalian 辽宁 210200",
        "合肥 Hefei 安徽 340100",
        "郑州 Zhengzhou 河南 410100",
    )
)
# Chinese, English, and the short form that clerks write.
TRADES = (
    ("高分子材料", "Polymer Materials", "高分子"),
    ("医用包装", "Medical Packaging", "包装"),
    ("金属制品", "Metal Products", "金属"),
    ("精密机械", "Precision Machinery", "机械"),
    ("生物试剂", "Bioreagents", "生物"),
    ("橡塑科技", "Rubber & Plastic Technology", "橡塑"),
    ("印刷包装", "Printing & Packaging", "印刷"),
    ("化工", "Chemical", "化工"),
    ("医疗器械", "Medical Devices", "医疗器械"),
    ("医药", "Pharmaceutical", "医药"),
    ("电子科技", "Electronic Technology", "电子"),
    ("无纺布", "Nonwovens", "无纺布"),
    ("生物科技", "Biotechnology", "生物"),
    ("国际贸易", "International Trading", "贸易"),
    ("供应链管理", "Supply Chain", "供应链"),
    ("模具", "Tooling", "模具"),
)
HOSPITALS = (
    ("人民医院", "People's Hospital"),
    ("中心医院", "Central Hospital"),
    ("中医医院", "TCM Hospital"),
    ("妇幼保健院", "Maternity Hospital"),
    ("儿童医院", "Children's Hospital"),
    ("骨科医院", "Orthopedic Hospital"),
    ("口腔医院", "Stomatological Hospital"),
    ("医院", "Hospital"),
)
# Signs of trade names with their pinyin.
_READ = (
    "恒:heng 润:run 博:bo 泰:tai 锦:jin 华:hua 瑞:rui 康:kang 盛:sheng 源:yuan 宏:hong 图:tu 嘉:jia 禾:he",
    "联:lian 创:chuang 优:you 立:li 海:hai 纳:na 天:tian 明:ming 德:de 正:zheng 和:he 普:pu 惠:hui 安:an",
    "捷:jie 金:jin 科:ke 腾:teng 永:yong 新:xin 启:qi 辰:chen 百:bai 川:chuan 卓:zhuo 越:yue 馨:xin",
    "光:guang 同:tong 远:yuan 景:jing 泽:ze 青:qing 程:cheng 达:da 鑫:xin 旭:xu 东:dong 双:shuang 利:li",
    "柳:liu 凯:kai 诚:cheng 佳:jia 茂:mao 辉:hui",
)
SIGNS = dict(pair.split(":") for line in _READ for pair in line.split())
SOUNDS = {
    "恒": "衡",
    "润": "闰",
    "瑞": "睿",
    "康": "慷",
    "盛": "胜",
    "源": "元",
    "宏": "鸿",
    "嘉": "佳",
    "利": "力",
}
FIRST_WORDS = (
    "North", "Lake", "Cedar", "Ridge", "Bell", "Mont", "Ash", "Ford", "Stone", "Field", "West", "Brook",
    "Oak", "Haven", "Silver", "Dale", "Green", "Wick", "Arn", "Holm", "Berg", "Stein", "Kaga", "Mura", "Fuku",
    "Hoshi", "Eld", "Mark",
)  # fmt: skip
COUNTRIES = (
    Country("DE", ("Köln", "Jena", "Ulm"), ("GmbH", "AG", "GmbH & Co. KG")),
    Country("US", ("Akron", "Dayton", "Fresno"), ("Inc.", "LLC", "Corp.")),
    Country("JP", ("Osaka", "Nagoya"), ("K.K.", "Co., Ltd.")),
    Country("GB", ("Leeds", "Derby"), ("Ltd.", "PLC")),
    Country("SE", ("Arvika", "Umeå"), ("AB",)),
)
STREETS = (
    "工业园区星湖街",
    "生物医药产业园",
    "高新区科技路",
    "开发区创业路",
    "软件园二期",
    "滨江大道",
    "长江路",
    "人民路",
    "解放路",
    "中山北路",
    "建设大街",
    "科创园",
    "保税区海天路",
    "迎宾大道",
)
